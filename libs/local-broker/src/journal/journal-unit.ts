import type { QueuedMessage } from '../message.js';
import type { Statement } from './journal-schema.js';

/**
 * Changes that reach the disk together or not at all: a publish to several queues, a move to a dead-letter queue. Statements
 * run after the rows and bear being run twice.
 */
export class JournalUnit {
  readonly added: QueuedMessage[] = [];
  readonly removed: QueuedMessage[] = [];
  readonly changes: Statement[] = [];
  bytes = 0;

  private readonly listeners: (() => void)[] = [];

  /** `onWritten` is called once the unit is committed. */
  constructor(onWritten?: () => void) {
    if (onWritten) this.listeners.push(onWritten);
  }

  get isEmpty(): boolean {
    return this.added.length + this.removed.length + this.changes.length === 0;
  }

  get isUrgent(): boolean {
    return this.added.length + this.changes.length > 0;
  }

  /** `onWritten` comes after those that were given before. */
  add(message: QueuedMessage, onWritten?: () => void): void {
    if (onWritten) this.listeners.push(onWritten);
    this.added.push(message);
    this.bytes += message.content.length + message.envelope.length;
  }

  written(): void {
    for (const listener of this.listeners) listener();
  }
}
