import { isAppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { deferred } from '@firmbridge/subscriber/amqp';
import type { MessagingLogger } from '@firmbridge/subscriber/amqp';
import { publishInOrder, type OutboxRow, type PublishedRows } from './ordered-publishing.js';
import type { Outbox } from './outbox.js';
import { outboxPartitions } from './message-tables.js';
import type { PublishResult } from '@firmbridge/subscriber/amqp';
import type { Publisher } from './publisher.js';
import { RelaySession, type BatchLimits, type OutboxView } from './relay-session.js';
import { StoppedKeys } from './stopped-keys.js';

export interface OutboxRelayOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly publisher: Publisher;
  readonly logger: MessagingLogger;
  /** How often it looks without being woken, default 500 ms. */
  readonly pollMs?: number;
  /** Rows and bytes published together, default 500 and 8 MiB. */
  readonly batch?: BatchLimits;
  /** No queue wanted this message, which now holds back its ordering key; called once until the key moves on. */
  readonly onStopped?: (message: StoppedMessage) => void;
}

export interface StoppedMessage {
  readonly tenantId: string;
  readonly messageId: string;
  readonly type: string;
  readonly orderingKey: string;
}

export interface RelayStats {
  /** Rows waiting, counted up to 100 000. */
  readonly depth: number;
  readonly oldestAgeSeconds: number;
  readonly published: number;
  readonly returned: number;
  readonly failed: number;
  /** Time spent reading, publishing and deleting, summed over rounds that may overlap. */
  readonly busySeconds: number;
  /** Partitions this replica works on. */
  readonly partitions: number;
  readonly stoppedKeys: number;
}

const defaultBatch = { rows: 500, bytes: 8 * 1024 * 1024 };
const idlePollMs = 20;
const reopenDelayMs = 500;
const notifyDelayMs = 10;
/** With more stopped keys than this the trouble is not theirs, and the partition waits as a whole. */
const mostStoppedKeys = 2_000;

/**
 * Publishes what the outbox holds and deletes what was confirmed. A partition is worked on by one relay at a time (see
 * RelaySession), by one round after the other, so rows of a key leave in their order; a crash between confirm and delete
 * repeats rows, it never loses one.
 */
export class OutboxRelay {
  private session: RelaySession | null = null;
  private running: Promise<void> | null = null;
  private stopping = false;
  private view: OutboxView = { oldestAge: new Map(), depth: 0 };
  private readonly rounds = new Map<number, Promise<void>>();
  private readonly again = new Set<number>();
  private readonly stopped = Array.from({ length: outboxPartitions }, () => new StoppedKeys());
  private readonly counts: Record<PublishResult, number> = { confirmed: 0, returned: 0, failed: 0 };
  private busyMs = 0;
  private readonly idleWaiters: (() => void)[] = [];
  private readonly foreign = new Set<number>();
  private nudge = deferred<void>();
  private endListening: (() => void) | null = null;

  constructor(private readonly options: OutboxRelayOptions) {}

  start(): void {
    this.endListening ??= this.options.outbox.onAdded((partitions) => this.wake(partitions));
    this.options.publisher.start();
    this.running ??= this.run();
  }

  /** Finishes the batches that are under way and gives the partitions up. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.endListening?.();
    this.nudge.resolve();
    await this.running;
  }

  /** Looks into these partitions (all by default) now; those of other replicas are woken there. */
  wake(partitions: Iterable<number> = this.stopped.keys()): void {
    for (const partition of partitions) {
      if (this.session?.owned.has(partition)) this.work(partition);
      else this.wakeElsewhere(partition);
    }
  }

  /** Resolves when the outbox has been seen empty after this call; never, once the relay is stopped. */
  idle(): Promise<void> {
    const { promise, resolve } = deferred<void>();
    this.idleWaiters.push(resolve);
    this.nudge.resolve();
    return promise;
  }

  stats(): RelayStats {
    return {
      depth: this.view.depth,
      oldestAgeSeconds: Math.max(0, ...this.view.oldestAge.values()),
      published: this.counts.confirmed,
      returned: this.counts.returned,
      failed: this.counts.failed,
      busySeconds: this.busyMs / 1000,
      partitions: this.session?.owned.size ?? 0,
      stoppedKeys: this.stopped.reduce((sum, { size }) => sum + size, 0),
    };
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        this.session = await RelaySession.open(this.options.database, (partitions) => this.wakeOwn(partitions));
        await this.serve(this.session);
      } catch (error) {
        this.options.logger.error({ err: error }, 'the outbox relay lost its database connection, opening another');
        await this.pause(reopenDelayMs);
      } finally {
        await this.endSession();
      }
    }
  }

  private async serve(session: RelaySession): Promise<void> {
    const { pollMs = 500 } = this.options;
    while (!this.stopping && !session.isLost) {
      await session.claim();
      const asked = this.idleWaiters.splice(0);
      this.view = await session.look();
      if (this.view.oldestAge.size === 0) for (const resolve of asked) resolve();
      else this.idleWaiters.push(...asked);
      this.wakeOwn(this.view.oldestAge.keys());
      await this.pause(this.idleWaiters.length > 0 ? idlePollMs : pollMs);
    }
  }

  private async endSession(): Promise<void> {
    const { session } = this;
    if (session === null) return;
    await Promise.all(this.rounds.values());
    this.session = null;
    await session.close().catch((error: unknown) => {
      this.options.logger.warn({ err: error }, 'the connection of the outbox relay did not close');
    });
  }

  private wakeOwn(partitions: Iterable<number>): void {
    for (const partition of partitions) if (this.session?.owned.has(partition)) this.work(partition);
  }

  /** Notifications are gathered for a moment: each one costs the whole server a lock at commit. */
  private wakeElsewhere(partition: number): void {
    if (this.session === null) return;
    if (this.foreign.size === 0) setTimeout(() => void this.notify(), notifyDelayMs);
    this.foreign.add(partition);
  }

  private async notify(): Promise<void> {
    const partitions = [...this.foreign];
    this.foreign.clear();
    // Whoever owns them finds the rows at its next poll.
    await this.session?.notify(partitions).catch(() => undefined);
  }

  private work(partition: number): void {
    this.again.add(partition);
    if (this.stopping || this.rounds.has(partition)) return;
    const { session } = this;
    if (session === null) return;
    const rounds = this.drain(session, partition)
      .catch((error: unknown) => {
        this.options.logger.error({ err: error, partition }, 'the outbox relay could not publish');
      })
      .finally(() => {
        this.rounds.delete(partition);
        // A wake that came after the last look must not wait for the next poll.
        if (this.again.has(partition)) this.work(partition);
      });
    this.rounds.set(partition, rounds);
  }

  /** Round after round until nothing is left that may leave now. */
  private async drain(session: RelaySession, partition: number): Promise<void> {
    while (this.again.delete(partition) && !this.stopping && !session.isLost) {
      if (!this.options.publisher.stats().connected) return;
      const startedAt = performance.now();
      const more = await this.round(session, partition);
      this.busyMs += performance.now() - startedAt;
      if (more) this.again.add(partition);
    }
  }

  private async round(session: RelaySession, partition: number): Promise<boolean> {
    const limits = this.options.batch ?? defaultBatch;
    const keys = this.stopped[partition] ?? new StoppedKeys();
    const withoutKeys = keys.waiting(performance.now());
    if (withoutKeys.length > mostStoppedKeys) return false;
    const rows = await session.read({ partition, withoutKeys, ...limits });
    if (rows.length === 0) return false;
    const { confirmed, stopped } = await publishInOrder(rows, (wave) => this.publish(wave));
    await session.remove(partition, confirmed);
    if (keys.size > 0) for (const { orderingKey } of rows) if (!stopped.has(orderingKey)) keys.release(orderingKey);
    const left = new Set(confirmed);
    this.stopKeys(
      keys,
      stopped,
      rows.filter(({ id }) => !left.has(id)),
    );
    // Who adds rows from now on wakes this partition: only a full batch leaves rows that nobody tells of.
    return confirmed.length > 0 && isFull(rows, limits);
  }

  private stopKeys(keys: StoppedKeys, stopped: PublishedRows['stopped'], stayed: readonly OutboxRow[]): void {
    const { logger, onStopped } = this.options;
    for (const [key, result] of stopped) {
      const isNews = keys.stop(key, result, performance.now());
      if (result !== 'returned') continue;
      const { tenantId, messageId, type } = stayed.find(({ orderingKey }) => orderingKey === key) ?? {};
      logger.error({ orderingKey: key, messageId, type }, 'no queue wanted a message of the outbox');
      if (isNews && tenantId !== undefined && messageId !== undefined && type !== undefined)
        onStopped?.({ tenantId, messageId, type, orderingKey: key });
    }
    const failed = [...stopped.values()].filter((result) => result === 'failed').length;
    if (failed > 0) logger.warn({ orderingKeys: failed }, 'the broker failed amid a batch of the outbox');
  }

  private async publish(rows: readonly OutboxRow[]): Promise<PublishResult[]> {
    const { publisher } = this.options;
    const results = await publisher.publish(rows.map((row) => publisher.toRaw(row))).catch((error: unknown) => {
      if (!isAppError(error)) throw error;
      return rows.map((): PublishResult => 'failed');
    });
    for (const result of results) this.counts[result] += 1;
    return results;
  }

  private async pause(ms: number): Promise<void> {
    const timer = setTimeout(() => this.nudge.resolve(), ms);
    await this.nudge.promise;
    clearTimeout(timer);
    this.nudge = deferred();
  }
}

/** Whether the limits may have cut the batch off. A character has at most three bytes. */
function isFull(rows: readonly OutboxRow[], limits: BatchLimits): boolean {
  return rows.length >= limits.rows || 3 * rows.reduce((sum, { envelope }) => sum + envelope.length, 0) >= limits.bytes;
}
