import { AppError, isAppError, systemActor } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import type { Stages } from '@firmbridge/service';
import type { Page, PageRequest, ProviderAdapter } from './adapter.js';
import { longestBudgetWaitMs } from './budget/longest-budget-wait.js';
import { countingCalls, type CallCounter } from './call-counter.js';
import { commitSweepPage } from './deletions/sweep-page.js';
import type { PageSource } from './lanes.js';
import { nextParents, noteAbsentChildren, readChildren } from './runs/child-page.js';
import { claimPage, type ClaimedPage } from './runs/claim.js';
import { commitPage, commitStoredPage, holdsLease, type NoteChanged, type PageWork } from './runs/commit-page.js';
import { failPage } from './runs/fail-page.js';
import { pageLease } from './runs/page-lease.js';
import { pageRepeats, refuseRepeatedPage } from './runs/page-guard.js';
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
  /** Hears of the changed records of a page in its transaction. */
  readonly noteChanged?: NoteChanged;
}

type TakePage = (claim: ClaimedPage, counter: CallCounter, signal: AbortSignal) => Promise<void>;

/**
 * Fetches pages: claim, read, commit, again. Any number of replicas may run it; a crash costs at most the pages being read.
 * Pages of stored records have a strand of their own: they neither take one from live work nor wait until there is none.
 */
export class RunWorker {
  private readonly loops: readonly WorkLoop[];
  private readonly toldAt = new Map<string, number>();
  private readonly busy: string[] = [];
  private claiming: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: RunWorkerOptions) {
    const { concurrency } = options;
    this.loops = [
      this.loop(concurrency, 'provider', (claim, counter, signal) => this.readAndCommit(claim, counter, signal)),
      this.loop(1, 'store', (claim) => this.commit(claim, (work) => commitStoredPage(work))),
    ];
  }

  start(): void {
    for (const loop of this.loops) loop.start();
  }

  /** Says that there may be a page to fetch now. */
  wake(): void {
    for (const loop of this.loops) loop.wake();
  }

  /** Aborts reads in flight, gives their pages back and resolves when nothing is left running. */
  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }

  private loop(concurrency: number, source: PageSource, take: TakePage): WorkLoop {
    const { pollMs, log } = this.options;
    return new WorkLoop({
      concurrency,
      pollMs,
      work: (signal) => this.workOnce(source, take, signal),
      onError: (error) => log.error({ err: error }, 'a sync worker failed; it goes on'),
    });
  }

  private async workOnce(source: PageSource, take: TakePage, signal: AbortSignal): Promise<boolean> {
    const claim = await this.claim(source);
    if (!claim) return false;
    const counter = { calls: 0 };
    try {
      await take(claim, counter, signal);
    } catch (error) {
      await this.writeDown(claim, counter, error);
    } finally {
      if (source === 'provider') this.busy.splice(this.busy.indexOf(claim.connection.connectionId), 1);
    }
    return true;
  }

  /** One after the other, so that each knows whose pages this process fetches already. */
  private claim(source: PageSource): Promise<ClaimedPage | null> {
    const { database, leaseSeconds, maxUnapplied, concurrency } = this.options;
    if (source === 'store') return claimPage(database, { leaseSeconds, maxUnapplied, source });
    const claiming = this.claiming.then(async () => {
      const claim = await claimPage(database, { leaseSeconds, maxUnapplied, slots: concurrency, busy: this.busy });
      if (claim) this.busy.push(claim.connection.connectionId);
      return claim;
    });
    this.claiming = claiming.catch(() => undefined);
    return claiming;
  }

  private async readAndCommit(claim: ClaimedPage, counter: CallCounter, signal: AbortSignal): Promise<void> {
    const { adapter } = this.options;
    const { childOf, indexLagMs = 0 } = adapter.resources.find(({ name }) => name === claim.resource) ?? {};
    if (childOf !== undefined) return this.readChildrenAndCommit(claim, counter, signal, childOf);
    if (claim.mode === 'sweep') return this.sweepAndCommit(claim, counter, signal);
    const page = await this.read(claim, counter, signal, (request) => adapter.readPage(request));
    await this.commit(laggedBy(indexLagMs, claim), async (work) => {
      await refuseRepeatedPage(work.tx, claim, page);
      return commitPage({ ...work, page, calls: counter.calls, noteChanged: this.options.noteChanged });
    });
  }

  /** A page of what some stored records have; in a sweep, too, because the reading of each is complete. */
  private async readChildrenAndCommit(
    claim: ClaimedPage,
    counter: CallCounter,
    signal: AbortSignal,
    childOf: string,
  ): Promise<void> {
    const { adapter, database } = this.options;
    const limit = adapter.resources.find(({ name }) => name === claim.resource)?.pageSize ?? 1;
    const parents = await database.inTenant(claim.connection.tenantId, (tx) =>
      nextParents(tx, claim, { childOf, limit }),
    );
    const page = await this.read(claim, counter, signal, async (request) => ({
      records: await readChildren(adapter, { ...request, ids: parents.ids }),
      nextCursor: parents.nextCursor,
      expected: null,
    }));
    await this.commit(claim, async (work) => {
      const { tenantId, connectionId, provider } = claim.connection;
      const scope = { ...claim, tenantId, connectionId, provider };
      if (!(await holdsLease(work.tx, claim))) return;
      await noteAbsentChildren(work, scope, {
        parentIds: parents.ids,
        records: page.records,
        evidenceOf: () => 'absent_from_sweep',
      });
      await commitPage({ ...work, page, calls: counter.calls, noteChanged: this.options.noteChanged });
    });
  }

  private async sweepAndCommit(claim: ClaimedPage, counter: CallCounter, signal: AbortSignal): Promise<void> {
    const { adapter } = this.options;
    const { sweep: order, indexLagMs = 0 } = adapter.resources.find(({ name }) => name === claim.resource) ?? {};
    if (!adapter.readIds || order === undefined) throw notSwept(adapter, claim);
    const readIds = adapter.readIds.bind(adapter);
    const page = await this.read(claim, counter, signal, readIds);
    await this.commit(laggedBy(indexLagMs, claim), (work) =>
      commitSweepPage({ ...work, page, order, indexLagMs, calls: counter.calls }),
    );
  }

  private async read<P extends Pick<Page, 'nextCursor'>>(
    claim: ClaimedPage,
    counter: CallCounter,
    stopping: AbortSignal,
    readFrom: (request: PageRequest) => Promise<P>,
  ): Promise<P> {
    const { stages, database, leaseSeconds, readDeadlineMs, log } = this.options;
    const { connection, resource, cursor, since, lane, correlationId } = claim;
    const onError = (error: unknown) => log.warn({ err: error, resource }, 'the lease of a page could not be renewed');
    const lease = pageLease({ database, claim, leaseSeconds, onError });
    const signal = AbortSignal.any([stopping, lease.signal, AbortSignal.timeout(readDeadlineMs)]);
    try {
      const page = await stages.time('fetch', () =>
        countingCalls(counter, () =>
          readFrom({ connection, resource, cursor, since, lane, correlationId, signal, longestBudgetWaitMs }),
        ),
      );
      if (page.nextCursor !== null && page.nextCursor === cursor) throw pageRepeats(claim);
      return page;
    } finally {
      await lease.release();
    }
  }

  private commit(claim: ClaimedPage, commitWith: (work: PageWork) => Promise<unknown>): Promise<void> {
    const { database, outbox, adapter, clock, stages } = this.options;
    const { service } = adapter;
    return stages.time('store', () =>
      database.inTenant(claim.connection.tenantId, async (tx) => {
        const work = { tx, outbox, service, now: clock(), claim, actor: systemActor(service) };
        await commitWith(work);
        if (this.isTimeToTell(claim.runId, work.now)) await publishProgress(work, claim.runId);
      }),
    );
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
        permissionAdvice: adapter.resources.find(({ name }) => name === claim.resource)?.permissionAdvice,
      }),
    );
    if (outcome === 'released') return;
    if (outcome === 'postponed') return this.wakeWhenRested(error);
    const { runId, resource, connection } = claim;
    log.warn(
      { err: error, runId, resource, connectionId: connection.connectionId, outcome },
      'a page could not be read',
    );
  }

  /** Other replicas find it when they look by themselves. */
  private wakeWhenRested(error: unknown): void {
    const waitMs = isAppError(error) ? (error.retryAfterMs ?? 0) : 0;
    setTimeout(() => this.loops[0]?.wakeOne(), waitMs).unref();
  }
}

/** What an index gives is as old as the index is behind: a deletion that was told meanwhile stays. */
function laggedBy(indexLagMs: number, claim: ClaimedPage): ClaimedPage {
  if (indexLagMs === 0) return claim;
  return { ...claim, observedAt: new Date(Date.parse(claim.observedAt) - indexLagMs).toISOString() };
}

function notSwept({ service, provider }: ProviderAdapter, { resource }: ClaimedPage): AppError {
  return new AppError('validation', `${service}.not_swept`, `${provider} has no list of the ids of ${resource}.`);
}
