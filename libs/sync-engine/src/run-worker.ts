import { AppError, systemActor } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import type { Stages } from '@firmbridge/service';
import type { Page, ProviderAdapter } from './adapter.js';
import { countingCalls, type CallCounter } from './call-counter.js';
import { claimPage, type ClaimedPage } from './runs/claim.js';
import { commitPage } from './runs/commit-page.js';
import { failPage } from './runs/fail-page.js';
import { HeldLease } from './runs/held-lease.js';
import { publishProgress } from './runs/run-views.js';
import { WorkLoop } from './work-loop.js';

export interface RunWorkerOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly adapter: ProviderAdapter;
  readonly stages: Stages;
  readonly clock: () => Date;
  readonly random: () => number;
  readonly log: { warn(details: object, message: string): void; error(details: object, message: string): void };
  /** How many pages are fetched at the same time. */
  readonly concurrency: number;
  /** How long a page stays with a worker that died; a living one renews its lease. */
  readonly leaseSeconds: number;
  /** Longest time one page may take, waiting for budget included; then another page has its turn. */
  readonly readDeadlineMs: number;
  readonly maxUnapplied: number;
  readonly maxAttempts: number;
  readonly pollMs: number;
  /** The least time between two progress events of one run. */
  readonly progressMs: number;
}

/** Fetches pages: claim, read, commit, again. Any number of replicas may run it; a crash costs at most the pages being read. */
export class RunWorker {
  private readonly loop: WorkLoop;
  private readonly toldAt = new Map<string, number>();

  constructor(private readonly options: RunWorkerOptions) {
    this.loop = new WorkLoop({
      concurrency: options.concurrency,
      pollMs: options.pollMs,
      work: (signal) => this.workOnce(signal),
      onError: (error) => options.log.error({ err: error }, 'a sync worker failed; it goes on'),
    });
  }

  start(): void {
    this.loop.start();
  }

  /** Says that there may be a page to fetch now. */
  wake(): void {
    this.loop.wake();
  }

  /** Aborts reads in flight, gives their pages back and resolves when nothing is left running. */
  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async workOnce(signal: AbortSignal): Promise<boolean> {
    const { database, leaseSeconds, maxUnapplied } = this.options;
    const claim = await claimPage(database, { leaseSeconds, maxUnapplied });
    if (!claim) return false;
    const counter = { calls: 0 };
    try {
      await this.readAndCommit(claim, counter, signal);
    } catch (error) {
      await this.writeDown(claim, counter, error);
    }
    return true;
  }

  private async readAndCommit(claim: ClaimedPage, counter: CallCounter, signal: AbortSignal): Promise<void> {
    const page = await this.read(claim, counter, signal);
    if (page.nextCursor !== null && page.nextCursor === claim.cursor) {
      throw new AppError(
        'malformed',
        `${this.options.adapter.provider}.page_repeats`,
        `${claim.resource}: the next page is this page again`,
      );
    }
    await this.options.stages.time('store', () => this.commit(claim, page, counter));
  }

  private async read(claim: ClaimedPage, counter: CallCounter, stopping: AbortSignal): Promise<Page> {
    const { adapter, stages, database, leaseSeconds, readDeadlineMs, log } = this.options;
    const { connection, resource, cursor, since, lane, correlationId } = claim;
    const onError = (error: unknown) => log.warn({ err: error, resource }, 'the lease of a page could not be renewed');
    const lease = new HeldLease({ database, claim, leaseSeconds, onError });
    const signal = AbortSignal.any([stopping, lease.signal, AbortSignal.timeout(readDeadlineMs)]);
    try {
      return await stages.time('fetch', () =>
        countingCalls(counter, () =>
          adapter.readPage({ connection, resource, cursor, since, lane, correlationId, signal }),
        ),
      );
    } finally {
      await lease.release();
    }
  }

  private commit(claim: ClaimedPage, page: Page, counter: CallCounter): Promise<void> {
    const { database, outbox, adapter, clock } = this.options;
    return database.inTenant(claim.connection.tenantId, async (tx) => {
      const now = clock();
      const work = { tx, outbox, service: adapter.service, now };
      await commitPage({ ...work, claim, page, calls: counter.calls, actor: systemActor(adapter.service) });
      if (this.isTimeToTell(claim.runId, now)) await publishProgress(work, claim.runId);
    });
  }

  private isTimeToTell(runId: string, now: Date): boolean {
    const last = this.toldAt.get(runId) ?? 0;
    if (now.getTime() - last < this.options.progressMs) return false;
    if (this.toldAt.size > 1_000) this.toldAt.clear();
    this.toldAt.set(runId, now.getTime());
    return true;
  }

  private async writeDown(claim: ClaimedPage, counter: CallCounter, error: unknown): Promise<void> {
    const { database, outbox, adapter, clock, random, maxAttempts, log } = this.options;
    const outcome = await database.inTenant(claim.connection.tenantId, (tx) =>
      failPage({
        tx,
        outbox,
        service: adapter.service,
        claim,
        error,
        calls: counter.calls,
        actor: systemActor(adapter.service),
        now: clock(),
        random,
        maxAttempts,
      }),
    );
    if (outcome === 'released') return;
    const { runId, resource, connection } = claim;
    log.warn(
      { err: error, runId, resource, connectionId: connection.connectionId, outcome },
      'a page could not be read',
    );
  }
}
