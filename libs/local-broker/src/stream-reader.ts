import type { Consumer, Destination } from './destination.js';
import type { Journal } from './journal/journal.js';
import type { QueuedMessage } from './message.js';
import type { StreamStart } from './stream-offset.js';

const page = { limit: 500, maxBytes: 2 * 1024 * 1024 };

export interface StreamReaderOptions {
  readonly stream: Destination;
  readonly consumer: Consumer;
  readonly journal: Journal;
  /** The newest position given out, committed or not. */
  readonly newest: () => number;
}

/** One consumer's place in a stream. */
export class StreamReader {
  /** The last position that was handed on. */
  private done: number | undefined;
  private buffer: QueuedMessage[] = [];
  private isReading = false;
  private isStopped = false;

  constructor(private readonly options: StreamReaderOptions) {}

  async begin(start: StreamStart): Promise<void> {
    const { newest } = this.options;
    // taken before any wait: `next` is the next one after this call
    const current = newest();
    this.done = await this.placeBefore(start, current);
    this.wake();
  }

  wake(): void {
    if (this.isReading || this.isStopped || this.done === undefined) return;
    this.isReading = true;
    void this.read();
  }

  stop(): void {
    this.isStopped = true;
    this.buffer = [];
  }

  private async read(): Promise<void> {
    const { consumer, journal, newest } = this.options;
    while (!this.isStopped && consumer.hasRoom() && this.position < newest()) {
      if (this.buffer.length === 0) await this.fill(journal);
      this.handOn();
    }
    this.isReading = false;
  }

  private async fill(journal: Journal): Promise<void> {
    const request = { queueId: this.options.stream.definition.id, after: this.position, ...page };
    this.buffer = await journal.page(request);
    if (this.buffer.length > 0) return;
    await journal.nextCommit().catch(() => this.stop());
  }

  private handOn(): void {
    const { consumer, stream } = this.options;
    while (!this.isStopped && consumer.hasRoom()) {
      const message = this.buffer.shift();
      if (!message) return;
      this.done = message.position;
      consumer.deliver(message, stream);
    }
  }

  private get position(): number {
    return this.done ?? 0;
  }

  private placeBefore(start: StreamStart, current: number): number | Promise<number> {
    switch (start.kind) {
      case 'first':
        return 0;
      case 'last':
        return Math.max(0, current - 1);
      case 'next':
        return current;
      case 'offset':
        return start.offset;
      case 'time':
        return this.before(start.at, current);
    }
  }

  private async before(at: Date, otherwise: number): Promise<number> {
    const [row] = await this.options.journal.query<{ first: string | null }>(
      'select min(position) as first from $schema.message where queue_id = $1 and published_at >= $2',
      [this.options.stream.definition.id, at],
    );
    return row?.first ? Number(row.first) - 1 : otherwise;
  }
}
