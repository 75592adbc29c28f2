import { isAppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { backoffMs } from '../backoff.js';
import { parkConnection } from '../connections.js';
import { WorkLoop } from '../work-loop.js';
import { afterFailure, type NextStep } from './after-failure.js';
import { claimWrite } from './claim-write.js';
import { finishWrite, type UnknownEnd } from './finish-write.js';
import { writeLease } from './write-lease.js';
import { problemOf } from './problem.js';
import type { ClaimedWrite, WriteEnd, WriteExecutor } from './write-task.js';
import { WriteTurns } from './write-turns.js';

export interface WriteWorkerOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly service: string;
  /** By kind of write. */
  readonly executors: ReadonlyMap<string, WriteExecutor>;
  readonly clock: () => Date;
  readonly random: () => number;
  readonly log: { warn(details: object, message: string): void; error(details: object, message: string): void };
  readonly concurrency: number;
  /** How long a write stays with a worker that died; a living one renews its lease. */
  readonly leaseSeconds: number;
  readonly maxAttempts: number;
  readonly pollMs: number;
  /** How long a call under way may go on when the worker stops; default 5 s. */
  readonly graceMs?: number;
}

interface Failure {
  readonly failure: unknown;
  readonly isLooking: boolean;
}
type Tried = WriteEnd | UnknownEnd | Failure;

/**
 * Claims write tasks and carries them out: intent is on disk before the call, the outcome, its record and its event are one
 * transaction. The states of a task:
 *
 * - `pending`: for certain nothing was written; the next attempt just tries.
 * - `started`: somebody is at it. When its lease ends the worker has died, and it may have happened.
 * - `unclear`: an attempt may have happened; the next one looks at the provider before it repeats anything.
 * - `succeeded`, `refused` (for certain nothing was written), `superseded`, `cancelled`: over.
 * - `unknown`: only a person can tell; their decision makes it `dismissed`, `pending` again, or `unclear` to be taken over.
 */
export class WriteWorker {
  private readonly loop: WorkLoop;
  private readonly cutOff = new AbortController();
  private readonly turns: WriteTurns;
  private claiming: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: WriteWorkerOptions) {
    this.turns = new WriteTurns(options.concurrency, options.clock);
    this.loop = new WorkLoop({
      concurrency: options.concurrency,
      pollMs: options.pollMs,
      work: () => this.workOnce(this.cutOff.signal),
      onError: (error) => options.log.error({ err: error }, 'a write worker failed; it goes on'),
    });
  }

  start(): void {
    this.loop.start();
  }

  wake(): void {
    this.loop.wake();
  }

  /** A call under way is given time to end: one that is cut off leaves an outcome that nobody knows. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.cutOff.abort(), this.options.graceMs ?? 5_000);
    await this.loop.stop();
    clearTimeout(timer);
  }

  private async workOnce(stopping: AbortSignal): Promise<boolean> {
    const write = await this.claim();
    if (!write) return false;
    try {
      await this.carryOut(write, stopping);
    } finally {
      this.turns.end(write);
    }
    return true;
  }

  /** One after the other, so that each knows whose writes are under way. */
  private claim(): Promise<ClaimedWrite | null> {
    const { database, leaseSeconds } = this.options;
    const claiming = this.claiming.then(async () => {
      const write = await claimWrite(database, leaseSeconds, this.turns.now);
      if (write) this.turns.begin(write);
      return write;
    });
    this.claiming = claiming.catch(() => undefined);
    return claiming;
  }

  private async carryOut(write: ClaimedWrite, stopping: AbortSignal): Promise<void> {
    const { database, executors, leaseSeconds, log } = this.options;
    const executor = executors.get(write.kind);
    if (!executor) throw new Error(`no executor for ${write.kind}`);
    const onError = (error: unknown) => log.warn({ err: error }, 'the lease of a write could not be renewed');
    const lease = writeLease({ database, write, leaseSeconds, onError });
    try {
      await this.attempt(write, executor, AbortSignal.any([stopping, lease.signal]));
    } finally {
      await lease.release();
    }
  }

  /** What cannot be written down stays `started`: when its lease ends, the provider is looked at first. */
  private async attempt(write: ClaimedWrite, executor: WriteExecutor, signal: AbortSignal): Promise<void> {
    const tried = await this.tried(write, executor, signal);
    if ('failure' in tried) await this.handleFailure(write, executor, tried);
    else await this.finish(write, executor, tried);
  }

  private async tried(write: ClaimedWrite, executor: WriteExecutor, signal: AbortSignal): Promise<Tried> {
    const { afterUnclear } = executor;
    let isLooking = write.mayHaveHappened && afterUnclear !== undefined;
    try {
      if (isLooking && afterUnclear !== undefined) {
        if (write.isSaidToHaveHappened) return await afterUnclear.takeOver(write, signal);
        const seen = await afterUnclear.look(write, signal);
        if (seen !== 'not_done') return seen === 'unclear' ? unknownEnd(write) : seen;
        isLooking = false;
      }
      return await executor.execute(write, signal);
    } catch (failure) {
      return { failure, isLooking };
    }
  }

  private async handleFailure(
    write: ClaimedWrite,
    executor: WriteExecutor,
    { failure: error, isLooking }: Failure,
  ): Promise<void> {
    const { log, maxAttempts, random, clock } = this.options;
    const problem = problemOf(error);
    const { taskId, kind, attempts } = write;
    const said = isAppError(error) ? { code: problem.code, message: problem.message } : { err: error };
    log.warn({ ...said, taskId, kind, attempts }, 'a write did not succeed');
    const isUnclear = isLooking || (executor.afterUnclear?.mayHaveHappened(error) ?? false);
    const cause = isLooking ? write.lastProblem : problem;
    const pauseMs = backoffMs(attempts, random);
    const step = afterFailure(write, problem, { isUnclear, cause, maxAttempts, pauseMs, now: clock() });
    if (problem.kind === 'unauthorized') await this.park(write);
    if (step.do === 'end') await this.finish(write, executor, { outcome: step.outcome, problem });
    else await this.tryLater(write, cause ?? problem, step);
    if (step.do === 'wait' && problem.kind === 'rate_limited') this.rest(write, step.waitMs);
  }

  /** Another replica learns it by its own next call. */
  private rest(write: ClaimedWrite, waitMs: number): void {
    this.turns.rest(write, waitMs);
    setTimeout(() => this.loop.wake(), waitMs).unref();
  }

  private finish(write: ClaimedWrite, executor: WriteExecutor, end: WriteEnd | UnknownEnd): Promise<void> {
    const { database, outbox, service, clock } = this.options;
    return database.inTenant(write.connection.tenantId, (tx) =>
      finishWrite({ tx, outbox, service, now: clock() }, write, executor, end),
    );
  }

  private async park({ connection, claimedAt }: ClaimedWrite): Promise<void> {
    await this.options.database.inTenant(connection.tenantId, (tx) =>
      parkConnection(tx, connection.connectionId, claimedAt),
    );
  }

  private tryLater(
    write: ClaimedWrite,
    problem: ReturnType<typeof problemOf>,
    { state, waitMs, countsForNothing }: Extract<NextStep, { do: 'wait' }>,
  ): Promise<void> {
    return this.options.database.inTenant(write.connection.tenantId, async (tx) => {
      await tx.query(
        `update write_task set state = $3, problem = $4, reason = $4::jsonb ->> 'message', lease_until = clock_timestamp(),
           attempts = case when $5 then attempts - 1 else attempts end, next_attempt_at = clock_timestamp() + make_interval(secs => $6)
         where tenant_id = (select this_tenant()) and task_id = $1 and lease_token = $2 and finished_at is null`,
        [write.taskId, write.leaseToken, state, JSON.stringify(problem), countsForNothing, waitMs / 1000],
      );
    });
  }
}

function unknownEnd({ lastProblem }: ClaimedWrite): UnknownEnd {
  const problem = lastProblem ?? {
    kind: 'unknown_outcome' as const,
    code: 'write.interrupted',
    message: 'The process that carried it out ended before it had the answer; the write may have happened.',
    retryAfterMs: null,
    details: {},
  };
  return { outcome: 'unknown', problem };
}
