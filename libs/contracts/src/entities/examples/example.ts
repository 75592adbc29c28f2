import type { z } from 'zod';

/** An entity of the example firm, as it was created and what changed later. */
export interface EntityExample<State extends z.ZodType = z.ZodObject> {
  readonly entityId: string;
  /** Clio where none is named. */
  readonly provider?: 'clio' | 'ghl';
  /** The provider's name of the resource and the id of the record. */
  readonly resource: string;
  readonly recordId: string;
  readonly state: z.input<State>;
  readonly update: Partial<z.input<State>>;
}

/** By the type of the entity; examples refer to one another by these. */
export const exampleEntityIds = {
  account: '0b6f3d52-7a1c-4e88-93d4-5c2e8f01a7b6',
  user: '1c7a4e63-8b2d-4f99-84e5-6d3f9a12b8c7',
  group: '2d8b5f74-9c3e-4aa0-95f6-7e40ab23c9d8',
  contact: '3e9c6a85-ad4f-4bb1-a607-8f51bc34dae9',
  'practice-area': '4fad7b96-be50-4cc2-b718-9062cd45ebfa',
  'matter-stage': '50be8ca7-cf61-4dd3-8829-a173de56fc0b',
  matter: '61cf9db8-d072-4ee4-993a-b284ef670d1c',
  'activity-description': '72d0aec9-e183-4ff5-aa4b-c395f0781e2d',
  'expense-category': '83e1bfda-f294-4006-bb5c-d4a601892f3e',
  activity: '94f2c0eb-03a5-4117-8c6d-e5b7129a304f',
  currency: 'a503d1fc-14b6-4228-9d7e-f6c823ab4150',
  bill: 'b614e20d-25c7-4339-ae8f-07d934bc5261',
  'bill-line-item': 'c725f31e-36d8-444a-bf90-18ea45cd6372',
  'interest-charge': 'd836042f-47e9-455b-80a1-29fb56de7483',
  'credit-memo': 'e9471530-58fa-466c-91b2-3a0c67ef8594',
  allocation: 'fa582641-690b-477d-a2c3-4b1d780096a5',
  payment: '0b693752-7a1c-488e-b3d4-5c2e8911a7b6',
  'bank-account': '1c7a4863-8b2d-499f-84e5-6d3f9a22b8c7',
  'bank-transaction': '2d8b5974-9c3e-4ab0-95f6-7e40ab33c9d8',
  'trust-transaction': '3e9c6b85-ad4f-4bc1-a607-8f51bc44dae9',
  pipeline: '4a1f7c96-be50-4cd2-b718-9062cd55ebfa',
  'pipeline-stage': '5b208da7-cf61-4de3-8829-a173de66fc0b',
  'field-definition': '6c319eb8-d072-4ef4-993a-b284ef770d1c',
  'custom-value': '7d42afc9-e183-4005-aa4b-c395f0881e2d',
  opportunity: '8e53b0da-f294-4116-bb5c-d4a601992f3e',
  task: '9f64c1eb-03a5-4227-8c6d-e5b712aa304f',
  note: 'a075d2fc-14b6-4338-9d7e-f6c823bb4150',
} as const;

export function exampleRef<Type extends keyof typeof exampleEntityIds>(type: Type) {
  return { type, id: exampleEntityIds[type] };
}

export function usDollars(minor: number) {
  return { minor, currency: 'USD' };
}
