import type { QueuedMessage } from './message.js';

const mostInMemory = 2_000;
const mostBytesInMemory = 8 * 1024 * 1024;
const refillBelow = 500;
const page = { limit: 1_000, maxBytes: 4 * 1024 * 1024 };

/** Where the part of a backlog lies that is not in memory. */
export interface BacklogStore {
  page(request: { queueId: number; after: number; limit: number; maxBytes: number }): Promise<QueuedMessage[]>;
  nextCommit(): Promise<void>;
}

export interface BacklogOptions {
  readonly queueId: number;
  /** undefined: everything stays in memory. */
  readonly store: BacklogStore | undefined;
  /** What the store already holds. */
  readonly held: { readonly count: number; readonly bytes: number };
  /** Messages came in from the store. */
  readonly onArrival: () => void;
}

/**
 * The ready messages of a queue, in order of position. A long backlog keeps its head in memory (the window) and only counts the
 * rest, which is paged in from the journal as the window empties.
 */
export class Backlog {
  private window: QueuedMessage[] = [];
  private head = 0;
  private windowBytes = 0;
  private tailCount: number;
  private tailBytes: number;
  /** The last position that was ever in the window; the tail begins after it. */
  private boundary = 0;
  private generation = 0;
  private refilling: Promise<void> | undefined;

  constructor(private readonly options: BacklogOptions) {
    this.tailCount = options.held.count;
    this.tailBytes = options.held.bytes;
  }

  get length(): number {
    return this.inMemory + this.tailCount;
  }

  get bytes(): number {
    return this.windowBytes + this.tailBytes;
  }

  get inMemory(): number {
    return this.window.length - this.head;
  }

  push(message: QueuedMessage): void {
    if (this.hasToPage) {
      this.tailCount++;
      this.tailBytes += message.content.length;
      this.refill();
    } else this.admit(message);
  }

  peek(): QueuedMessage | undefined {
    return this.window[this.head];
  }

  shift(): QueuedMessage | undefined {
    const message = this.window[this.head];
    if (!message) return undefined;
    this.head++;
    this.windowBytes -= message.content.length;
    if (this.head > 1_000 && this.head * 2 > this.window.length) this.dropHandedOut();
    if (this.tailCount > 0) this.refill();
    return message;
  }

  /** Puts a message back where it was. */
  restore(message: QueuedMessage): void {
    let at = this.head;
    while (at < this.window.length && (this.window[at]?.position ?? 0) < message.position) at++;
    if (at === this.head && this.head > 0) this.window[--this.head] = message;
    else this.window.splice(at, 0, message);
    this.windowBytes += message.content.length;
  }

  /** Forgets everything up to the given position; the caller removes the rows: those in memory and those after `tailAfter`. */
  clear(newestPosition: number): { inMemory: QueuedMessage[]; tailAfter: number } {
    const cleared = { inMemory: this.window.slice(this.head), tailAfter: this.boundary };
    this.window = [];
    this.head = 0;
    this.windowBytes = 0;
    this.tailCount = 0;
    this.tailBytes = 0;
    this.boundary = newestPosition;
    this.generation++;
    return cleared;
  }

  /** Brings in the next page when the window runs low. */
  refill(): void {
    const { store } = this.options;
    if (!store || this.refilling || !this.wantsPage) return;
    this.refilling = this.readPages(store);
  }

  /** Resolves when the window has all that can be had at the moment. */
  async loaded(): Promise<void> {
    await this.refilling;
  }

  private get wantsPage(): boolean {
    return this.tailCount > 0 && this.inMemory < refillBelow && this.windowBytes < page.maxBytes;
  }

  private get hasToPage(): boolean {
    if (!this.options.store) return false;
    return this.tailCount > 0 || this.inMemory >= mostInMemory || this.windowBytes >= mostBytesInMemory;
  }

  private async readPages(store: BacklogStore): Promise<void> {
    while (this.wantsPage) {
      const generation = this.generation;
      const messages = await store.page({ queueId: this.options.queueId, after: this.boundary, ...page });
      if (generation !== this.generation) continue;
      for (const message of messages) {
        this.tailCount--;
        this.tailBytes -= message.content.length;
        this.admit(message);
      }
      if (messages.length > 0) this.options.onArrival();
      else if (!(await this.hasCommitAhead(store))) break;
    }
    this.refilling = undefined;
  }

  /** The tail's newest messages may still be on their way to the disk. False when the journal has ended. */
  private hasCommitAhead(store: BacklogStore): Promise<boolean> {
    return store.nextCommit().then(
      () => true,
      () => false,
    );
  }

  private admit(message: QueuedMessage): void {
    this.window.push(message);
    this.windowBytes += message.content.length;
    this.boundary = message.position;
  }

  private dropHandedOut(): void {
    this.window = this.window.slice(this.head);
    this.head = 0;
  }
}
