import type { ClioResourceName } from './catalogue.js';

export interface ClioPermissions {
  /** As the developer portal calls them; all of them are needed, Read is enough. */
  readonly names: readonly string[];
  /** Clio's own texts say so; else it is inferred from what the resource is about. */
  readonly isConfirmed: boolean;
}

const confirmed = (...names: string[]): ClioPermissions => ({ names, isConfirmed: true });
const inferred = (...names: string[]): ClioPermissions => ({ names, isConfirmed: false });

/** The permissions of a developer app that open a resource. An account keeps the old set until it is connected again. */
export const clioPermissions: Readonly<Record<ClioResourceName, ClioPermissions>> = {
  who_am_i: inferred('Users'),
  activities: confirmed('Activities'),
  activity_descriptions: inferred('Activities'),
  allocations: inferred('Accounting'),
  bank_accounts: inferred('Accounting'),
  bank_transactions: inferred('Accounting'),
  bill_line_items: confirmed('Billing'),
  bills: confirmed('Billing'),
  contacts: confirmed('Contacts'),
  credit_memos: inferred('Accounting'),
  currencies: inferred('Billing'),
  expense_categories: inferred('Activities'),
  groups: inferred('Users'),
  interest_charges: confirmed('Billing'),
  matter_stages: inferred('Matters'),
  matters: confirmed('Matters'),
  payments: confirmed('Clio Payments', 'Accounting'),
  practice_areas: confirmed('Matters'),
  trust_line_items: confirmed('Billing'),
  users: inferred('Users'),
};

/** What a person has to do so that Clio gives the resource, in one sentence. */
export function clioPermissionAdvice(name: ClioResourceName): string {
  return advice(name, 'may see these records');
}

/** The same for a record of it that is to be written: reading it may well be allowed. */
export function clioWritePermissionAdvice(name: ClioResourceName): string {
  return advice(name, 'may change these records', ' to Write');
}

function advice(name: ClioResourceName, what: string, how = ''): string {
  const { names, isConfirmed } = clioPermissions[name];
  const which = names.map((permission) => `"${permission}"`).join(' and ');
  const noun = names.length === 1 ? 'the permission' : 'the permissions';
  const words = isConfirmed ? `${noun} ${which}` : `${noun} ${which} (most likely this one)`;
  const act = how === '' ? `Switch on ${words}` : `Set ${words}${how}`;
  return `${act} of the app in Clio's developer portal, see that the person who connected Clio ${what}, and connect the account again.`;
}
