import type { ClioResourceName } from '@firmbridge/clio-api';
import type { ClioPlace } from './clio-place.js';
import { pick } from './clio-story.js';

type Collection = Parameters<ClioPlace['clio']['edit']>[0];

interface Editable {
  readonly collection: Collection;
  /** A text of the record itself. */
  readonly field: string;
}

/** What is changed of each resource when people work in Clio. */
export const editable: Readonly<Record<ClioResourceName, Editable>> = {
  who_am_i: { collection: 'users', field: 'name' },
  activities: { collection: 'activities', field: 'note' },
  activity_descriptions: { collection: 'activity_descriptions', field: 'name' },
  allocations: { collection: 'allocations', field: 'description' },
  bank_accounts: { collection: 'bank_accounts', field: 'name' },
  bank_transactions: { collection: 'bank_transactions', field: 'description' },
  bill_line_items: { collection: 'bill_line_items', field: 'note' },
  bills: { collection: 'bills', field: 'memo' },
  contacts: { collection: 'contacts', field: 'title' },
  credit_memos: { collection: 'credit_memos', field: 'description' },
  currencies: { collection: 'currencies', field: 'sign' },
  expense_categories: { collection: 'expense_categories', field: 'name' },
  groups: { collection: 'groups', field: 'name' },
  interest_charges: { collection: 'interest_charges', field: 'description' },
  matter_stages: { collection: 'matter_stages', field: 'name' },
  matters: { collection: 'matters', field: 'description' },
  payments: { collection: 'payments', field: 'description' },
  practice_areas: { collection: 'practice_areas', field: 'name' },
  trust_line_items: { collection: 'trust_line_items', field: 'note' },
  users: { collection: 'users', field: 'name' },
};

/** Edits in Clio, each with a text that was never there before. */
export class ClioEdits {
  count = 0;

  constructor(private readonly place: ClioPlace) {}

  edit(resource: ClioResourceName, id: number): void {
    const { collection, field } = editable[resource];
    this.count += 1;
    this.place.clio.edit(collection, id, { [field]: `Edit ${this.count}` });
  }

  /** Records of each resource, at random and some more than once, of those that clio-sync knows; where it knows none, none. */
  async everywhere(ofEach: number, random: () => number): Promise<void> {
    for (const [resource, ids] of await this.knownIds())
      for (let n = 0; n < ofEach; n += 1) this.edit(resource, pick(random, ids));
  }

  private async knownIds(): Promise<Map<ClioResourceName, number[]>> {
    const { rows } = await this.place.db.query<{ resource: ClioResourceName; ids: string[] }>(
      `select resource, array_agg(record_id order by length(record_id), record_id) as ids from clio_sync.record
       where deleted_at is null group by resource order by resource`,
    );
    return new Map(rows.map(({ resource, ids }) => [resource, ids.map(Number)]));
  }
}
