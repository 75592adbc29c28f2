import {
  isAppError,
  messageOf,
  newMessage,
  newOrigin,
  syncMessages,
  systemActor,
  type EntityType,
} from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { backoffMs } from '../backoff.js';
import { connectionColumns, changeConnectionStatus, type EngineConnection } from '../connections.js';
import { WorkLoop } from '../work-loop.js';

/** A write that is this worker's until the lease ends. */
export interface ClaimedWrite {
  readonly taskId: string;
  readonly connection: EngineConnection;
  readonly kind: string;
  readonly entityId: string;
  readonly entityVersion: { readonly epoch: number; readonly n: number };
  readonly payload: unknown;
  readonly attempts: number;
  readonly leaseToken: string;
  readonly correlationId: string;
}

export interface WriteResult {
  readonly resource: string;
  readonly entityType: EntityType;
  /** The record on the other side. */
  readonly recordId: string;
}

/** Performs one kind of write at the provider. */
export interface WriteExecutor {
  /** Doing it twice is the same as doing it once, so a write that may have happened is simply done again. */
  readonly isRepeatable: boolean;
  readonly resource: string;
  readonly entityType: EntityType;
  execute(write: ClaimedWrite, signal: AbortSignal): Promise<WriteResult>;
}

export interface WriteWorkerOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly service: string;
  readonly executors: ReadonlyMap<string, WriteExecutor>;
  readonly clock: () => Date;
  readonly random: () => number;
  readonly log: { warn(details: object, message: string): void; error(details: object, message: string): void };
  readonly concurrency: number;
  readonly leaseSeconds: number;
  readonly maxAttempts: number;
  readonly pollMs: number;
}

type Outcome = 'succeeded' | 'refused' | 'unknown';

/** Claims write tasks and carries them out: intent is on disk before the call, the outcome and its event are one transaction. */
export class WriteWorker {
  private readonly loop: WorkLoop;

  constructor(private readonly options: WriteWorkerOptions) {
    this.loop = new WorkLoop({
      concurrency: options.concurrency,
      pollMs: options.pollMs,
      work: (signal) => this.workOnce(signal),
      onError: (error) => options.log.error({ err: error }, 'a write worker failed; it goes on'),
    });
  }

  start(): void {
    this.loop.start();
  }

  wake(): void {
    this.loop.wake();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async workOnce(signal: AbortSignal): Promise<boolean> {
    const write = await this.claim();
    if (!write) return false;
    const executor = this.options.executors.get(write.kind);
    if (!executor) throw new Error(`no executor for ${write.kind}`);
    try {
      const result = await executor.execute(write, signal);
      await this.finish(write, executor, 'succeeded', { recordId: result.recordId, reason: null });
    } catch (error) {
      await this.handleFailure(write, executor, error);
    }
    return true;
  }

  private claim(): Promise<ClaimedWrite | null> {
    return this.options.database.acrossTenants(async (tx) => {
      const [row] = await tx.query<
        EngineConnection & Omit<ClaimedWrite, 'connection' | 'entityVersion'> & { epoch: number; n: string }
      >(
        `with next as (
           select t.tenant_id, t.task_id from write_task t
           join connection c on c.tenant_id = t.tenant_id and c.connection_id = t.connection_id and c.status = 'active'
           where t.finished_at is null and t.next_attempt_at <= clock_timestamp() and t.lease_until <= clock_timestamp()
             and not exists (select 1 from write_task o where o.tenant_id = t.tenant_id and o.connection_id = t.connection_id
               and o.entity_id = t.entity_id and o.finished_at is null and o.task_id <> t.task_id and o.state = 'started')
           order by t.next_attempt_at limit 1 for update of t skip locked
         ), claimed as (
           update write_task t set state = 'started', attempts = attempts + 1, lease_token = lease_token + 1,
             lease_until = clock_timestamp() + make_interval(secs => $1)
           from next where t.tenant_id = next.tenant_id and t.task_id = next.task_id returning t.*
         )
         select ${connectionColumns}, t.task_id as "taskId", t.kind, t.entity_id as "entityId", t.entity_epoch as epoch, t.entity_n as n,
           t.payload, t.attempts, t.lease_token as "leaseToken", t.correlation_id as "correlationId"
         from claimed t join connection c on c.tenant_id = t.tenant_id and c.connection_id = t.connection_id`,
        [this.options.leaseSeconds],
      );
      if (!row) return null;
      const { tenantId, connectionId, provider, region, accountId, accountName, apiOrigin, status, epoch, n, ...rest } =
        row;
      const connection = { tenantId, connectionId, provider, region, accountId, accountName, apiOrigin, status };
      return { ...rest, connection, entityVersion: { epoch, n: Number(n) } };
    });
  }

  private async handleFailure(write: ClaimedWrite, executor: WriteExecutor, error: unknown): Promise<void> {
    const { log, maxAttempts } = this.options;
    const kind = isAppError(error) ? error.kind : 'internal';
    log.warn(
      { err: error, taskId: write.taskId, kind: write.kind, attempts: write.attempts },
      'a write did not succeed',
    );
    if (kind === 'unknown_outcome' && !executor.isRepeatable)
      return this.finish(write, executor, 'unknown', { recordId: null, reason: messageOf(error) });
    const isHopeless = isAppError(error) && !error.retryable && kind !== 'unauthorized' && kind !== 'unknown_outcome';
    const isExhausted = write.attempts >= maxAttempts && kind !== 'cancelled' && kind !== 'rate_limited';
    if (isHopeless || isExhausted)
      return this.finish(write, executor, 'refused', { recordId: null, reason: messageOf(error) });
    return this.retryLater(write, error, kind);
  }

  private retryLater(write: ClaimedWrite, error: unknown, kind: string): Promise<void> {
    const { database, clock, random } = this.options;
    const asked = isAppError(error) ? error.retryAfterMs : undefined;
    const waitMs = kind === 'cancelled' ? 0 : (asked ?? backoffMs(write.attempts, random));
    return database.inTenant(write.connection.tenantId, async (tx) => {
      await tx.query(
        `update write_task set state = 'pending', reason = $3, lease_until = clock_timestamp(),
           attempts = case when $5 then attempts - 1 else attempts end, next_attempt_at = clock_timestamp() + make_interval(secs => $4)
         where task_id = $1 and lease_token = $2 and finished_at is null`,
        [write.taskId, write.leaseToken, messageOf(error), waitMs / 1000, kind === 'cancelled'],
      );
      if (kind === 'unauthorized') {
        await changeConnectionStatus(
          tx,
          write.connection.connectionId,
          'reauthorization_required',
          clock().toISOString(),
        );
      }
    });
  }

  private finish(
    write: ClaimedWrite,
    executor: WriteExecutor,
    outcome: Outcome,
    end: { recordId: string | null; reason: string | null },
  ): Promise<void> {
    return this.options.database.inTenant(write.connection.tenantId, async (tx) => {
      const rows = await tx.query(
        `update write_task set state = $3, record_id = $4, reason = $5, finished_at = clock_timestamp()
         where task_id = $1 and lease_token = $2 and finished_at is null returning task_id`,
        [write.taskId, write.leaseToken, outcome, end.recordId, end.reason],
      );
      if (rows.length > 0) await this.tell(tx, write, executor, { outcome, ...end });
    });
  }

  private async tell(
    tx: Tx,
    write: ClaimedWrite,
    { resource, entityType }: WriteExecutor,
    end: { outcome: Outcome; recordId: string | null; reason: string | null },
  ): Promise<void> {
    const { outbox, service, clock } = this.options;
    const { tenantId, connectionId, provider } = write.connection;
    const origin = () =>
      newOrigin({ service, tenantId, now: clock(), actor: systemActor(service), correlationId: write.correlationId });
    const finished = newMessage(
      syncMessages.writeFinished,
      {
        taskId: write.taskId,
        provider,
        connectionId,
        resource,
        entityType,
        entityId: write.entityId,
        entityVersion: write.entityVersion,
        ...end,
      },
      origin(),
      { orderingKey: `${tenantId}/${write.entityId}` },
    );
    if (end.outcome === 'succeeded') return outbox.add(tx, [finished]);
    const problem = newMessage(
      syncMessages.problemRaised,
      {
        service,
        code: `${provider}.write_${end.outcome}`,
        message: `A write to ${provider} ended as ${end.outcome}: ${end.reason ?? 'no reason given'}`,
        provider,
        connectionId,
        resource,
        recordId: end.recordId,
        runId: null,
        details: { entityType, entityId: write.entityId },
      },
      origin(),
    );
    return outbox.add(tx, [finished, problem]);
  }
}
