import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { deferred, type Deferred } from '../deferred.js';
import type { QueuedMessage } from '../message.js';
import { batchStatements, type JournalBatch } from './journal-batch.js';
import { readPage, type PageRequest } from './journal-page.js';
import { restore, type RestoredTopology } from './journal-restore.js';
import { JournalSession } from './journal-session.js';
import { JournalUnit } from './journal-unit.js';

/** How long an acknowledgement may wait for company. Losing it only means a redelivery. */
const lazyMs = 5;
const batchBytes = 8 * 1024 * 1024;
const congestedBytes = 16 * 1024 * 1024;
const congestedUnits = 10_000;
const readers = 2;
const readRetryMs = 500;

export interface JournalOptions {
  readonly databaseUrl: string;
  readonly schema: string;
  readonly onProblem: (error: unknown) => void;
  /** The journal belongs to someone else now, or is broken: nothing more can be promised. */
  readonly onLost: (error: unknown) => void;
}

/**
 * What the broker must not forget, in PostgreSQL. Units are committed in the order they were given, all that wait at a moment
 * in one transaction (group commit). While the database is away they wait, and publishers with them.
 */
export class Journal {
  private units: JournalUnit[] = [];
  /** Units not yet on disk, those being written included. */
  private unitCount = 0;
  private unitBytes = 0;
  private returned = new Set<QueuedMessage>();
  private deliveredTo = new Map<number, number>();
  private commitWaiters: Deferred<void>[] = [];
  private reliefListeners: (() => void)[] = [];
  private latestChange = Promise.resolve();
  private lazyTimer: NodeJS.Timeout | undefined;
  private isUrgent = false;
  private isWriting = false;
  private writing = Promise.resolve();
  private isClosed = false;
  private readonly schema: string;

  private constructor(
    private readonly session: JournalSession,
    private readonly pool: pg.Pool,
    private readonly options: JournalOptions,
  ) {
    this.schema = pg.escapeIdentifier(options.schema);
  }

  static async open(options: JournalOptions): Promise<Journal> {
    const session = await JournalSession.open(options);
    const pool = new pg.Pool({
      connectionString: options.databaseUrl,
      max: readers,
      application_name: 'firmbridge local broker',
    });
    pool.on('error', options.onProblem);
    return new Journal(session, pool, options);
  }

  /** Publishers should pause. */
  get isCongested(): boolean {
    return this.unitCount > congestedUnits || this.unitBytes > congestedBytes;
  }

  get waiting(): number {
    return this.unitCount;
  }

  restore(): Promise<RestoredTopology> {
    return restore(this.session, this.schema);
  }

  /** Acknowledgements are written within a few milliseconds, everything else at once. */
  append(unit: JournalUnit): void {
    this.units.push(unit);
    this.unitCount++;
    this.unitBytes += unit.bytes;
    this.schedule(unit.isUrgent);
  }

  /** Appends a statement of its own; `$schema` stands for the journal's schema. */
  change(text: string, values: readonly unknown[] = []): void {
    const { promise, resolve } = deferred<void>();
    this.latestChange = promise;
    const unit = new JournalUnit(resolve);
    unit.changes.push({ text: text.replaceAll('$schema', this.schema), values });
    this.append(unit);
  }

  /** Resolves once every change so far is on disk; never, when the journal is lost. */
  changesCommitted(): Promise<void> {
    return this.latestChange;
  }

  noteReturn(message: QueuedMessage): void {
    this.returned.add(message);
    this.schedule(false);
  }

  noteDelivery(queueId: number, position: number): void {
    this.deliveredTo.set(queueId, position);
    this.schedule(false);
  }

  /** Resolves after the batch that is written next, or rejects when there will be none. */
  nextCommit(): Promise<void> {
    const waiter = deferred<void>();
    this.commitWaiters.push(waiter);
    this.schedule(false);
    return waiter.promise;
  }

  onRelief(listener: () => void): void {
    this.reliefListeners.push(listener);
  }

  /** Committed messages of a queue after a position, oldest first. */
  page(request: PageRequest): Promise<QueuedMessage[]> {
    return this.untilAnswered(() => readPage(this.pool, this.schema, request));
  }

  query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const statement = text.replaceAll('$schema', this.schema);
    return this.untilAnswered(async () => (await this.pool.query<Row>(statement, [...values])).rows);
  }

  /** Writes what waits, then lets go of the schema. */
  async close(): Promise<void> {
    this.session.expectEnd();
    try {
      while (!this.isClosed && this.hasWork) await this.nextCommit();
      await this.writing;
    } finally {
      this.isClosed = true;
      clearTimeout(this.lazyTimer);
      this.disappoint(new Error('The local broker is closed.'));
      await this.pool.end();
      await this.session.close();
    }
  }

  /** Asks again while the database is away; nothing is found once the journal has ended. */
  private async untilAnswered<Row>(ask: () => Promise<Row[]>): Promise<Row[]> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (this.isClosed) return [];
        this.options.onProblem(error);
        await delay(readRetryMs, undefined, { ref: false });
      }
    }
  }

  private get hasWork(): boolean {
    return this.units.length + this.returned.size + this.deliveredTo.size > 0;
  }

  private schedule(isUrgent: boolean): void {
    if (this.isClosed) return;
    const becomesUrgent = isUrgent && !this.isUrgent;
    this.isUrgent ||= isUrgent;
    if (this.isWriting) return;
    if (becomesUrgent) {
      clearTimeout(this.lazyTimer);
      this.lazyTimer = undefined;
      setImmediate(() => this.begin());
    } else if (!this.isUrgent) this.lazyTimer ??= setTimeout(() => this.begin(), lazyMs);
  }

  private begin(): void {
    this.lazyTimer = undefined;
    if (!this.isWriting && !this.isClosed) this.writing = this.write();
  }

  private async write(): Promise<void> {
    this.isWriting = true;
    try {
      do await this.writeBatch(this.cutBatch());
      while (this.isUrgent);
    } catch (error) {
      this.isClosed = true;
      this.disappoint(error);
      this.options.onLost(error);
    } finally {
      this.isWriting = false;
    }
    if (this.hasWork || this.commitWaiters.length > 0) this.schedule(false);
  }

  private cutBatch(): JournalBatch {
    let count = 0;
    for (let bytes = 0; count < this.units.length && bytes < batchBytes; count++)
      bytes += this.units[count]?.bytes ?? 0;
    const rest = this.units.slice(count);
    const units = rest.length === 0 ? this.units : this.units.slice(0, count);
    const batch = { units, returned: this.returned, deliveredTo: this.deliveredTo };
    this.units = rest;
    this.returned = new Set();
    this.deliveredTo = new Map();
    this.isUrgent = rest.length > 0;
    return batch;
  }

  private async writeBatch(batch: JournalBatch): Promise<void> {
    const waiters = this.commitWaiters.splice(0);
    const statements = batchStatements(this.schema, batch);
    try {
      if (statements.length > 0) await this.session.write(statements);
    } catch (error) {
      this.commitWaiters.push(...waiters);
      throw error;
    }
    this.unitCount -= batch.units.length;
    for (const unit of batch.units) {
      this.unitBytes -= unit.bytes;
      unit.written();
    }
    for (const waiter of waiters) waiter.resolve();
    if (!this.isCongested) for (const relieved of this.reliefListeners.splice(0)) relieved();
  }

  private disappoint(error: unknown): void {
    for (const waiter of this.commitWaiters.splice(0)) waiter.reject(error);
  }
}
