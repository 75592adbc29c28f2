import type { JournalUnit } from './journal/journal-unit.js';
import type { QueuedMessage, StoredMessage } from './message.js';
import type { QueueArguments } from './queue-arguments.js';

export interface QueueDefinition {
  readonly id: number;
  readonly name: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** The connection it belongs to and dies with. */
  readonly owner: object | undefined;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly rules: QueueArguments;
}

/** Survives a restart: its rows are in the journal. */
export function isJournalled(definition: QueueDefinition): boolean {
  return definition.durable && definition.owner === undefined;
}

/** Somebody who takes messages off a queue. */
export interface Consumer {
  readonly tag: string;
  readonly isExclusive: boolean;
  readonly acknowledges: boolean;
  /** How many unacknowledged messages it takes; 0 is no limit. */
  readonly prefetch: number;
  readonly arguments: Readonly<Record<string, unknown>>;
  hasRoom(): boolean;
  deliver(message: QueuedMessage, from: Destination): void;
  /** The queue is gone. */
  queueDeleted(): void;
}

export interface QueueFigures {
  readonly ready: number;
  readonly unacknowledged: number;
  readonly consumers: number;
  readonly inMemory: number;
}

/** Where an exchange can lead: a queue or a stream. */
export interface Destination {
  readonly definition: QueueDefinition;
  readonly isFull: boolean;
  readonly figures: QueueFigures;
  /** Takes the message in; `settle` must follow once the unit is in the journal's hands. */
  enqueue(message: StoredMessage, unit: JournalUnit, expiration: string | undefined): void;
  /** Hands on and tidies up after a change. */
  settle(): void;
  addConsumer(consumer: Consumer): void;
  removeConsumer(consumer: Consumer): void;
  get(): Promise<QueuedMessage | undefined>;
  acknowledge(message: QueuedMessage): void;
  requeue(messages: readonly QueuedMessage[]): void;
  reject(message: QueuedMessage): void;
  /** Headers that belong to this delivery and not to the message. */
  deliveryHeaders(message: QueuedMessage): Readonly<Record<string, unknown>>;
  purge(): number;
  /** It was declared again or asked for, so it is in use. */
  touch(): void;
  /** Stops its timers. */
  stop(): void;
  /** Stops and tells its consumers; the caller removes its rows. */
  destroy(): void;
}
