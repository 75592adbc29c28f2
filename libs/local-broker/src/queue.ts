import { Backlog } from './backlog.js';
import { Countdown } from './countdown.js';
import type { DeathReason } from './dead-letter.js';
import {
  isJournalled,
  type Consumer,
  type Destination,
  type QueueDefinition,
  type QueueFigures,
} from './destination.js';
import { DispatchOrder } from './dispatch-order.js';
import { JournalUnit } from './journal/journal-unit.js';
import type { Journal } from './journal/journal.js';
import type { QueuedMessage, StoredMessage } from './message.js';

const strandedRetryMs = 1_000;

/** What a queue needs of the broker around it. */
export interface QueueSurroundings {
  readonly journal: Journal;
  readonly now: () => number;
  /** Moves a message on in one journal unit; `stranded` when it had to stay where it is. */
  deadLetter(queue: Queue, message: QueuedMessage, reason: DeathReason): 'done' | 'stranded';
  /** The queue outlived its use. */
  expire(queue: Destination): void;
}

export interface HeldMessages {
  readonly count: number;
  readonly bytes: number;
  readonly lastPosition: number;
}

/** A classic or quorum queue: each message goes to one consumer and is gone when that one acknowledges it. */
export class Queue implements Destination {
  private readonly backlog: Backlog;
  private readonly order: DispatchOrder;
  private readonly stranded = new Map<QueuedMessage, DeathReason>();
  private readonly unacknowledged = new Set<QueuedMessage>();
  private lastPosition: number;
  private deliveredTo = 0;
  /** Messages up to here are on disk, or need not be; only they are handed out. */
  private visibleTo: number;
  private isDispatching = false;
  private isStopped = false;
  private expiryPosition: number | undefined;
  private hadConsumer = false;
  private readonly headExpiry = new Countdown(() => this.settle());
  private readonly unused = new Countdown(() => this.surroundings.expire(this));
  private readonly strandedRetry = new Countdown(() => this.retryStranded());

  constructor(
    readonly definition: QueueDefinition,
    private readonly surroundings: QueueSurroundings,
    held: HeldMessages = { count: 0, bytes: 0, lastPosition: 0 },
  ) {
    this.lastPosition = held.lastPosition;
    this.visibleTo = isJournalled(definition) ? held.lastPosition : Infinity;
    this.order = new DispatchOrder(definition.name, definition.rules.isSingleActiveConsumer);
    this.backlog = new Backlog({
      queueId: definition.id,
      store: isJournalled(definition) ? surroundings.journal : undefined,
      held,
      onArrival: () => this.settle(),
    });
    this.backlog.refill();
    this.touch();
  }

  get figures(): QueueFigures {
    return {
      ready: this.backlog.length,
      unacknowledged: this.unacknowledged.size + this.stranded.size,
      consumers: this.order.count,
      inMemory: this.backlog.inMemory,
    };
  }

  get isFull(): boolean {
    const { refusesOverflow, maxLength, maxLengthBytes } = this.definition.rules;
    return refusesOverflow && (this.backlog.length >= maxLength || this.backlog.bytes >= maxLengthBytes);
  }

  enqueue(message: StoredMessage, unit: JournalUnit, expiration: string | undefined): void {
    const ttlMs = Math.min(this.definition.rules.messageTtlMs ?? Infinity, Number(expiration ?? Infinity));
    const queued: QueuedMessage = {
      queueId: this.definition.id,
      position: ++this.lastPosition,
      envelope: message.envelope,
      content: message.content,
      expiresAt: ttlMs === Infinity ? undefined : this.surroundings.now() + ttlMs,
      returns: 0,
      row: 'unwritten',
    };
    if (isJournalled(this.definition)) unit.add(queued, () => this.arrived(queued.position));
    this.backlog.push(queued);
  }

  settle(): void {
    if (this.isDispatching || this.isStopped) return;
    this.isDispatching = true;
    try {
      while (this.dispatchOne());
      this.dropOverflow();
    } finally {
      this.isDispatching = false;
    }
    this.armExpiry();
  }

  addConsumer(consumer: Consumer): void {
    this.order.add(consumer);
    this.hadConsumer = true;
    this.touch();
    this.settle();
  }

  removeConsumer(consumer: Consumer): void {
    if (!this.order.remove(consumer)) return;
    if (this.definition.autoDelete && this.hadConsumer && this.order.count === 0) this.surroundings.expire(this);
    else {
      this.touch();
      this.settle();
    }
  }

  async get(): Promise<QueuedMessage | undefined> {
    this.touch();
    if (this.backlog.inMemory === 0) await this.backlog.loaded();
    while (this.backlog.inMemory > 0 && !this.visibleHead) await this.surroundings.journal.nextCommit();
    this.dropDead();
    const message = this.visibleHead && this.backlog.shift();
    if (message) this.markDelivered(message);
    return message;
  }

  acknowledge(message: QueuedMessage): void {
    this.unacknowledged.delete(message);
    this.forget([message]);
  }

  requeue(messages: readonly QueuedMessage[]): void {
    // the newest first, so that each goes right to the front
    for (const message of messages.toSorted((a, b) => b.position - a.position)) {
      this.unacknowledged.delete(message);
      if (this.isStopped) continue;
      message.returns++;
      if (isJournalled(this.definition)) this.surroundings.journal.noteReturn(message);
      this.backlog.restore(message);
    }
    this.settle();
  }

  reject(message: QueuedMessage): void {
    this.unacknowledged.delete(message);
    this.deadLetter(message, 'rejected');
  }

  deliveryHeaders({ returns }: QueuedMessage): Readonly<Record<string, unknown>> {
    return this.definition.rules.type === 'quorum' && returns > 0 ? { 'x-delivery-count': returns } : {};
  }

  purge(): number {
    const count = this.backlog.length;
    const { inMemory, tailAfter } = this.backlog.clear(this.lastPosition);
    this.forget(inMemory);
    if (isJournalled(this.definition) && count > inMemory.length)
      this.surroundings.journal.change(
        'delete from $schema.message where queue_id = $1 and position between $2 and $3',
        [this.definition.id, tailAfter + 1, this.lastPosition],
      );
    return count;
  }

  touch(): void {
    const { expiresMs } = this.definition.rules;
    this.unused.stop();
    if (expiresMs !== undefined && this.order.count === 0 && !this.isStopped) this.unused.start(expiresMs);
  }

  stop(): void {
    this.isStopped = true;
    for (const countdown of [this.headExpiry, this.unused, this.strandedRetry]) countdown.stop();
  }

  destroy(): void {
    this.stop();
    for (const consumer of this.order.all) consumer.queueDeleted();
    this.backlog.clear(this.lastPosition);
  }

  private dispatchOne(): boolean {
    this.dropDead();
    const consumer = this.visibleHead && this.order.next();
    const message = consumer && this.backlog.shift();
    if (!message) return false;
    this.markDelivered(message);
    consumer.deliver(message, this);
    if (!consumer.acknowledges) this.acknowledge(message);
    return true;
  }

  private get visibleHead(): QueuedMessage | undefined {
    const head = this.backlog.peek();
    return head && head.position <= this.visibleTo ? head : undefined;
  }

  private arrived(position: number): void {
    this.visibleTo = position;
    this.settle();
  }

  private markDelivered(message: QueuedMessage): void {
    this.unacknowledged.add(message);
    if (message.position <= this.deliveredTo) return;
    this.deliveredTo = message.position;
    if (isJournalled(this.definition)) this.surroundings.journal.noteDelivery(this.definition.id, message.position);
  }

  /** Only the head is looked at: a message behind one with a longer life waits for it, as in RabbitMQ. */
  private dropDead(): void {
    for (let head = this.visibleHead; head; head = this.visibleHead) {
      const reason = this.causeOfDeath(head);
      if (!reason) return;
      this.backlog.shift();
      this.deadLetter(head, reason);
    }
  }

  private causeOfDeath(message: QueuedMessage): DeathReason | undefined {
    if (message.expiresAt !== undefined && message.expiresAt < this.surroundings.now()) return 'expired';
    return message.returns > this.definition.rules.deliveryLimit ? 'delivery_limit' : undefined;
  }

  private dropOverflow(): void {
    const { refusesOverflow, maxLength, maxLengthBytes } = this.definition.rules;
    if (refusesOverflow) return;
    while (this.backlog.length > maxLength || this.backlog.bytes > maxLengthBytes) {
      const oldest = this.backlog.shift();
      if (!oldest) return;
      this.deadLetter(oldest, 'maxlen');
    }
  }

  private armExpiry(): void {
    const head = this.backlog.peek();
    if (head?.expiresAt === undefined) this.headExpiry.stop();
    else if (head.position !== this.expiryPosition || !this.headExpiry.isRunning)
      this.headExpiry.start(head.expiresAt + 1 - this.surroundings.now());
    this.expiryPosition = head?.position;
  }

  private deadLetter(message: QueuedMessage, reason: DeathReason): void {
    if (this.isStopped || this.surroundings.deadLetter(this, message, reason) === 'done') return;
    this.stranded.set(message, reason);
    if (!this.strandedRetry.isRunning) this.strandedRetry.start(strandedRetryMs);
  }

  private retryStranded(): void {
    const waiting = [...this.stranded];
    this.stranded.clear();
    for (const [message, reason] of waiting) this.deadLetter(message, reason);
  }

  private forget(messages: readonly QueuedMessage[]): void {
    if (!isJournalled(this.definition) || this.isStopped || messages.length === 0) return;
    const unit = new JournalUnit();
    unit.removed.push(...messages);
    this.surroundings.journal.append(unit);
  }
}
