import { Countdown } from './countdown.js';
import type { Consumer, Destination, QueueDefinition, QueueFigures } from './destination.js';
import type { JournalUnit } from './journal/journal-unit.js';
import type { Journal } from './journal/journal.js';
import type { QueuedMessage, StoredMessage } from './message.js';
import { notImplemented, preconditionFailed } from './protocol-refusal.js';
import type { HeldMessages } from './queue.js';
import { startOf } from './stream-offset.js';
import { StreamReader } from './stream-reader.js';

const trimEveryMs = 60_000;

/**
 * An append-only queue: every consumer reads all of it, from the offset it asks for, and an acknowledgement only makes room for
 * more. It is read from the journal, so a message can be seen once it is on disk. Old messages go by age and size.
 */
export class Stream implements Destination {
  private readonly readers = new Map<Consumer, StreamReader>();
  private readonly trimming = new Countdown(() => void this.trim());
  private lastPosition: number;
  private count: number;

  constructor(
    readonly definition: QueueDefinition,
    private readonly journal: Journal,
    held: HeldMessages = { count: 0, bytes: 0, lastPosition: 0 },
  ) {
    this.lastPosition = held.lastPosition;
    this.count = held.count;
    this.scheduleTrim();
  }

  readonly isFull = false;

  get figures(): QueueFigures {
    return { ready: this.count, unacknowledged: 0, consumers: this.readers.size, inMemory: 0 };
  }

  enqueue(message: StoredMessage, unit: JournalUnit): void {
    unit.add({
      queueId: this.definition.id,
      position: ++this.lastPosition,
      envelope: message.envelope,
      content: message.content,
      expiresAt: undefined,
      returns: 0,
      row: 'unwritten',
    });
    this.count++;
    this.scheduleTrim();
  }

  settle(): void {
    for (const reader of this.readers.values()) reader.wake();
  }

  addConsumer(consumer: Consumer): void {
    const { name } = this.definition;
    if (!consumer.acknowledges)
      throw notImplemented(`queue '${name}' in vhost '/' does not support automatic acknowledgement`);
    if (consumer.prefetch === 0)
      throw preconditionFailed(`consumer prefetch count is not set for queue '${name}' in vhost '/'`);
    const start = startOf(consumer.arguments['x-stream-offset']);
    if (start === undefined) throw preconditionFailed(`invalid x-stream-offset for queue '${name}' in vhost '/'`);
    const reader = new StreamReader({ stream: this, consumer, journal: this.journal, newest: () => this.lastPosition });
    this.readers.set(consumer, reader);
    void reader.begin(start);
  }

  removeConsumer(consumer: Consumer): void {
    this.readers.get(consumer)?.stop();
    this.readers.delete(consumer);
  }

  get(): Promise<QueuedMessage | undefined> {
    throw notImplemented(`queue '${this.definition.name}' in vhost '/' does not support basic.get`);
  }

  purge(): number {
    throw notImplemented(`queue '${this.definition.name}' in vhost '/' does not support purge`);
  }

  // What was delivered stays where it is; the consumer's room is all that changes.
  acknowledge(): void {}
  requeue(): void {}
  reject(): void {}
  touch(): void {}

  deliveryHeaders({ position }: QueuedMessage): Readonly<Record<string, unknown>> {
    return { 'x-stream-offset': position - 1 };
  }

  stop(): void {
    this.trimming.stop();
  }

  destroy(): void {
    this.stop();
    for (const [consumer, reader] of this.readers) {
      reader.stop();
      consumer.queueDeleted();
    }
    this.readers.clear();
  }

  private scheduleTrim(): void {
    const { maxAgeMs, maxLengthBytes } = this.definition.rules;
    const isBounded = maxAgeMs !== undefined || maxLengthBytes !== Infinity;
    if (isBounded && this.count > 1 && !this.trimming.isRunning) this.trimming.start(trimEveryMs);
  }

  /** The newest message always stays, so that offsets go on rising after a restart. */
  private async trim(): Promise<void> {
    const { maxAgeMs, maxLengthBytes } = this.definition.rules;
    const newest = this.lastPosition;
    const [found] = await this.journal.query<{ keep_from: string | null; kept: string }>(
      `select min(position) as keep_from, count(*) as kept from (
         select position, published_at,
           sum(octet_length(content)) over (order by position desc) - octet_length(content) as newer_bytes
         from $schema.message where queue_id = $1) as held
       where position >= $2 or (newer_bytes < $3 and published_at > now() - $4 * interval '1 millisecond')`,
      [this.definition.id, newest, Math.min(maxLengthBytes, Number.MAX_SAFE_INTEGER), maxAgeMs ?? 3.2e12],
    );
    if (found?.keep_from === null || found === undefined) return;
    this.journal.change('delete from $schema.message where queue_id = $1 and position < $2', [
      this.definition.id,
      found.keep_from,
    ]);
    this.count = Number(found.kept) + this.lastPosition - newest;
    if (this.count > 1) this.scheduleTrim();
  }
}
