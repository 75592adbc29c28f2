import { z } from 'zod';
import type { Journal, JournalTopic } from '../journal.js';
import { SortedIndexes } from './api/ordering.js';
import { type CollectionName, collectionNames } from './data/collection.js';
import { decodeValue, encodeValue } from './data/encoding.js';
import { Firm, type FirmFacts } from './data/firm.js';
import { type Change, FirmStore, type Values } from './data/store.js';
import { isOnlinePayment } from './records/payments.js';
import type { ClioSwitches } from './switches.js';

const writeSchema = z.object({
  firm: z.string(),
  collection: z.enum(collectionNames),
  kind: z.enum(['created', 'updated', 'deleted']),
  index: z.int(),
  atMs: z.number(),
  touch: z.boolean(),
  values: z.record(z.string(), z.unknown()),
});
type Write = z.output<typeof writeSchema>;
const hiddenSchema = z.object({ firm: z.string(), collection: z.enum(collectionNames), id: z.int() });

/** One Clio account as the API shows it: its records, and the one way to write them. */
export class ClioFirm {
  readonly firm: Firm;
  readonly store: FirmStore;
  readonly sorted = new SortedIndexes();
  /** Answers rendered beforehand by path and query, good for one revision of the records. */
  readonly prerendered = new Map<string, { revision: number; body: Buffer }>();
  private readonly journal: JournalTopic<Write>;
  private readonly hidden: JournalTopic<z.output<typeof hiddenSchema>>;
  private readonly listeners: ((change: Change) => void)[] = [];

  constructor(
    facts: FirmFacts,
    journal: Journal,
    private readonly clock: { now(): Date },
    switches: () => ClioSwitches,
  ) {
    this.firm = new Firm(facts);
    this.store = new FirmStore(this.firm, (name) =>
      name === 'payments' && !switches().manualPaymentsListed ? (index) => !isOnlinePayment(index) : null,
    );
    this.journal = journal.topic('clio.records', writeSchema);
    this.hidden = journal.topic('clio.hidden', hiddenSchema);
    for (const write of this.journal.replay()) if (write.firm === this.firm.key) this.replay(write);
    for (const { firm, collection, id } of this.hidden.replay())
      if (firm === this.firm.key) this.store.hide(collection, id);
  }

  onChange(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  create(collection: CollectionName, values: Values): Change {
    return this.apply({ collection, kind: 'created', index: this.store.end(collection), values, touch: true });
  }

  update(collection: CollectionName, index: number, values: Values, touch = true): Change {
    return this.apply({ collection, kind: 'updated', index, values, touch });
  }

  remove(collection: CollectionName, index: number): Change {
    return this.apply({ collection, kind: 'deleted', index, values: {}, touch: true });
  }

  hide(collection: CollectionName, id: number): void {
    this.hidden.append({ firm: this.firm.key, collection, id });
    this.store.hide(collection, id);
  }

  private apply(write: Omit<Write, 'firm' | 'atMs'>): Change {
    const entry = { ...write, firm: this.firm.key, atMs: this.clock.now().getTime() };
    this.journal.append({ ...entry, values: encodeValue(write.values) as Write['values'] });
    const change = this.store.apply(entry);
    for (const listener of this.listeners) listener(change);
    return change;
  }

  private replay(write: Write): void {
    this.store.apply({ ...write, values: decodeValue(write.values) as Write['values'] });
  }
}
