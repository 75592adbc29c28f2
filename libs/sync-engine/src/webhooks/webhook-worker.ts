import { randomUUID } from 'node:crypto';
import { isAppError, messageOf, newMessage, newOrigin, syncMessages } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import type { ProviderAdapter } from '../adapter.js';
import { backoffMs } from '../backoff.js';
import { longestBudgetWaitMs } from '../budget/longest-budget-wait.js';
import { parkConnection } from '../connections.js';
import { WorkLoop } from '../work-loop.js';
import { readChildren } from '../runs/child-page.js';
import { claimDirty, mostRecords, postponeDirty, type DirtyBatch } from './dirty-records.js';
import { storeFetched, type FetchedRecords } from './store-fetched.js';

export interface WebhookWorkerOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly adapter: ProviderAdapter;
  readonly clock: () => Date;
  readonly random: () => number;
  readonly log: { warn(details: object, message: string): void; error(details: object, message: string): void };
  /** How many batches are fetched at the same time, each of another connection. */
  readonly concurrency: number;
  readonly pollMs: number;
  /** Longest time of one fetch, waiting for budget included; then another batch has its turn. Default 20 s. */
  readonly fetchMs?: number;
  /** Most records of one fetch; default 200. Where each takes a call it is fewer. */
  readonly batch?: number;
}

/** A crashed worker's batch is free again so long after its longest fetch. */
const leaseMarginSeconds = 10;
const longestBackoffMs = 5 * 60_000;
const problemAfter = 3;

/**
 * Fetches announced records as they are now, stores them and hands the changed ones over; what fails is tried again for ever. A
 * connection whose budget is spent gives way to others until it has room again, which is no failure.
 */
export class WebhookWorker {
  private readonly loop: WorkLoop;

  constructor(private readonly options: WebhookWorkerOptions) {
    const { concurrency, pollMs, log } = options;
    this.loop = new WorkLoop({
      concurrency,
      pollMs,
      work: (signal) => this.workOnce(signal),
      onError: (error) => log.error({ err: error }, 'a webhook worker failed; it goes on'),
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

  private async workOnce(stopping: AbortSignal): Promise<boolean> {
    const { database, outbox, adapter, clock, fetchMs = 20_000, batch: most = mostRecords } = this.options;
    const batch = await claimDirty(database, fetchMs / 1000 + leaseMarginSeconds, most);
    if (!batch) return false;
    const correlationId = randomUUID();
    try {
      const records = await this.fetch(batch, correlationId, AbortSignal.any([stopping, AbortSignal.timeout(fetchMs)]));
      await database.inTenant(batch.connection.tenantId, (tx) =>
        storeFetched({ tx, outbox, service: adapter.service, now: clock(), batch, ...records, correlationId }),
      );
    } catch (error) {
      await database.inTenant(batch.connection.tenantId, (tx) => this.writeDown(tx, batch, { error, correlationId }));
    }
    return true;
  }

  private async fetch(batch: DirtyBatch, correlationId: string, signal: AbortSignal): Promise<FetchedRecords> {
    const { adapter } = this.options;
    const { connection, resource } = batch;
    const ids = batch.records.map(({ recordId }) => recordId);
    const request = { connection, resource, ids, lane: 'webhook', correlationId, signal, longestBudgetWaitMs } as const;
    const isChild = adapter.resources.some(({ name, childOf }) => name === resource && childOf !== undefined);
    if (!isChild) return { records: await adapter.readRecords(request), parentIds: [] };
    return { records: { found: await readChildren(adapter, request), missing: [] }, parentIds: ids };
  }

  private async writeDown(
    tx: Tx,
    batch: DirtyBatch,
    { error, correlationId }: { error: unknown; correlationId: string },
  ): Promise<void> {
    const { log, random } = this.options;
    const { connection, resource } = batch;
    const kind = isAppError(error) ? error.kind : 'internal';
    if (kind === 'cancelled') return postponeDirty(tx, batch, { waitMs: 0, reason: null });
    const attempts = Math.max(...batch.records.map((record) => record.attempts)) + 1;
    const asked = isAppError(error) ? error.retryAfterMs : undefined;
    const waitMs = asked ?? backoffMs(attempts, random, 1_000, longestBackoffMs);
    if (kind === 'rate_limited') {
      tx.afterCommit(() => this.wakeIn(waitMs));
      return postponeDirty(tx, batch, { waitMs, reason: null });
    }
    await postponeDirty(tx, batch, { waitMs, reason: messageOf(error) });
    const parked = kind === 'unauthorized' && (await parkConnection(tx, connection.connectionId, batch.observedAt));
    if (parked || attempts === problemAfter) {
      await this.raiseProblem(tx, batch, { error, correlationId });
    }
    log.warn({ err: error, resource, connectionId: connection.connectionId, attempts }, 'announced records not read');
  }

  /** Other replicas find it when they look by themselves. */
  private wakeIn(waitMs: number): void {
    setTimeout(() => this.loop.wakeOne(), waitMs).unref();
  }

  private async raiseProblem(
    tx: Tx,
    { connection, resource, records }: DirtyBatch,
    { error, correlationId }: { error: unknown; correlationId: string },
  ): Promise<void> {
    const { adapter, outbox, clock } = this.options;
    const { tenantId, connectionId, provider } = connection;
    const advice = adapter.resources.find(({ name }) => name === resource)?.permissionAdvice;
    const isForbidden = isAppError(error) && error.kind === 'forbidden' && advice !== undefined;
    const problem = {
      service: adapter.service,
      code: isAppError(error) ? error.code : `${provider}.records_not_read`,
      message: `Changes of ${resource} were announced and could not be read yet: ${messageOf(error)}${isForbidden ? ` ${advice}` : ''}`,
      provider,
      connectionId,
      resource,
      recordId: null,
      runId: null,
      details: { records: records.length },
    };
    const origin = newOrigin({ service: adapter.service, tenantId, now: clock(), correlationId });
    await outbox.add(tx, [newMessage(syncMessages.problemRaised, problem, origin)]);
  }
}
