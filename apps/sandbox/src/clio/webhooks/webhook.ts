import { z } from 'zod';
import type { CollectionName } from '../data/collection.js';

export const webhookStateSchema = z.object({
  id: z.int(),
  firm: z.string(),
  user: z.int(),
  url: z.string(),
  model: z.string(),
  fields: z.string(),
  events: z.array(z.string()),
  status: z.enum(['pending', 'enabled', 'suspended']),
  sharedSecret: z.string(),
  expiresMs: z.number(),
  createdMs: z.number(),
  updatedMs: z.number(),
  version: z.int(),
});
export type WebhookState = z.output<typeof webhookStateSchema>;

export interface WebhookModel {
  readonly id: number;
  /** Null for models of which the sandbox has no records: subscribing works, nothing ever happens. */
  readonly collection: CollectionName | null;
  readonly events: readonly string[];
}

const changes = ['created', 'updated', 'deleted'];

/** The models that push, their numbers and events (clio-api section 7). */
export const webhookModels: Readonly<Record<string, WebhookModel>> = {
  matter: {
    id: 1,
    collection: 'matters',
    events: [...changes, 'matter_opened', 'matter_pended', 'matter_closed'],
  },
  activity: { id: 2, collection: 'activities', events: changes },
  bill: { id: 3, collection: 'bills', events: changes },
  calendar_entry: { id: 4, collection: null, events: changes },
  communication: { id: 5, collection: null, events: changes },
  contact: { id: 6, collection: 'contacts', events: changes },
  task: { id: 7, collection: null, events: changes },
  document: { id: 8, collection: null, events: changes },
  folder: { id: 9, collection: null, events: changes },
  clio_payments_payment: { id: 10, collection: 'payments', events: ['created', 'updated'] },
};
