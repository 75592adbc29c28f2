import { compareEntityVersions, type EntityVersion } from '@firmbridge/contracts';
import { mayRepeatVersion, type Inbox, type InboxEntry, type InboxOutcome } from './inbox.js';

/** An inbox that lives as long as its process: for tests, and for effects that do so too. Handlers get the given `tx`. */
export function memoryInbox(): Inbox<undefined>;
export function memoryInbox<Tx>(tx: Tx): Inbox<Tx>;
export function memoryInbox<Tx>(tx?: Tx): Inbox<Tx | undefined> {
  return new MemoryInbox(tx);
}

class MemoryInbox<Tx> implements Inbox<Tx> {
  private readonly handled = new Set<string>();
  private readonly versions = new Map<string, EntityVersion>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly tx: Tx) {}

  /** One at a time: what a database does with locks. */
  once(entry: InboxEntry, work: (tx: Tx) => Promise<void>): Promise<InboxOutcome> {
    const outcome = this.last.then(() => this.take(entry, work));
    this.last = outcome.catch(() => undefined);
    return outcome;
  }

  private async take(entry: InboxEntry, work: (tx: Tx) => Promise<void>): Promise<InboxOutcome> {
    const { consumer, event, newestOnly } = entry;
    const message = `${consumer}/${event.id}`;
    if (this.handled.has(message)) return 'duplicate';
    const entity = `${consumer}/${event.tenantId}/${event.entityId}`;
    const stale = newestOnly && this.isStale(entity, entry);
    if (!stale) {
      await work(this.tx);
      if (newestOnly) this.versions.set(entity, event.version);
    }
    this.handled.add(message);
    return stale ? 'stale' : 'handled';
  }

  private isStale(entity: string, { event }: InboxEntry): boolean {
    const known = this.versions.get(entity);
    if (known === undefined) return false;
    const order = compareEntityVersions(event.version, known);
    return order < 0 || (order === 0 && !mayRepeatVersion(event));
  }
}
