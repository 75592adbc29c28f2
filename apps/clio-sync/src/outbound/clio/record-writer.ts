import { clioResources, clioWrites, etagOf, recordIdOf, type ClioWritableName } from '@firmbridge/clio-api';
import { actorCodec, AppError, isAppError, type OperationProblem } from '@firmbridge/contracts';
import {
  isBad,
  longestBudgetWaitMs,
  type AfterUnclear,
  type ClaimedWrite,
  type Look,
  type WriteEnd,
  type WriteExecutor,
} from '@firmbridge/sync-engine';
import { z } from 'zod';
import { hasHappened } from '../../domain/has-happened.js';
import { readRecord } from './clio-answers.js';
import type { Body, ClioRecords, RecordsCall } from './clio-records.js';

export const recordWriteSchema = z.object({
  recordId: z.string().nullable(),
  changes: z.record(z.string(), z.unknown()),
  ifMatch: z.string().nullable(),
});
export type RecordWrite = z.output<typeof recordWriteSchema>;

export const kindOf = (resource: ClioWritableName): string => `write-${resource}`;

/** Tells what has changed since a version of a record, as far as that version is known. */
export type WhatChanged = (write: ClaimedWrite, etag: string, current: Body) => Promise<OperationProblem>;

/** How long the clocks of Clio and ours may differ. */
const clockSkewMs = 120_000;
/** Budget included; then the task waits for another attempt. */
const deadlineMs = 60_000;

/**
 * Writes records of one resource in Clio. No POST is repeated before Clio was asked for what it may have made; a PATCH is
 * repeated only on the version it was meant for.
 */
export class ClioRecordWriter implements WriteExecutor {
  readonly entityType = null;
  readonly afterUnclear: AfterUnclear = {
    mayHaveHappened,
    look: (write, signal) => this.look(write, signal),
    takeOver: async (write, signal) => this.end(await this.current(write, write.recordId ?? '', signal)),
  };

  constructor(
    readonly resource: ClioWritableName,
    private readonly records: ClioRecords,
    private readonly whatChanged: WhatChanged,
  ) {}

  async execute(write: ClaimedWrite, signal: AbortSignal): Promise<WriteEnd> {
    const { recordId, changes, ifMatch } = recordWriteSchema.parse(write.payload);
    const call = this.callOf(write, signal);
    if (recordId === null) return this.end(await this.records.create(call, changes));
    const guard = ifMatch ?? (write.mayHaveHappened ? write.knownEtag : null);
    try {
      return this.end(await this.records.update(call, recordId, changes, guard));
    } catch (error) {
      if (guard === null || !isAppError(error) || error.kind !== 'precondition_failed') throw error;
      return this.stale(write, guard, { error, signal });
    }
  }

  /** An etag that is no longer right may be of our own making, when an earlier attempt may have happened. */
  private async stale(write: ClaimedWrite, guard: string, { error, signal }: Stale): Promise<WriteEnd> {
    const { recordId, changes, ifMatch } = recordWriteSchema.parse(write.payload);
    const current = await this.shown(write, recordId ?? '', signal);
    if (write.mayHaveHappened && hasHappened(changes, current) === 'yes')
      return this.end(await this.current(write, recordId ?? '', signal));
    if (ifMatch === null) throw changedMeanwhile(error);
    const problem = await this.whatChanged(write, guard, current);
    const now = this.end(await this.current(write, recordId ?? '', signal));
    const refused = { ...problem, details: { ...error.details, ...problem.details } };
    return { outcome: 'refused', problem: refused, ...(now.record === null ? {} : { record: now.record }) };
  }

  private look(write: ClaimedWrite, signal: AbortSignal): Promise<Look> {
    return write.recordId === null ? this.lookForNew(write, signal) : this.lookAt(write, write.recordId, signal);
  }

  private async lookAt(write: ClaimedWrite, recordId: string, signal: AbortSignal): Promise<Look> {
    const { changes, ifMatch } = recordWriteSchema.parse(write.payload);
    const current = await this.shown(write, recordId, signal);
    if (hasHappened(changes, current) === 'yes') return this.end(await this.current(write, recordId, signal));
    const before = ifMatch ?? write.knownEtag;
    return before !== null && etagOf(current) === before ? 'not_done' : 'unclear';
  }

  /**
   * What Clio made since the task exists and that has all we wanted is what we made. Where there is none, an answered failure
   * (500, 503) was one; without an answer it may still be made.
   */
  private async lookForNew(write: ClaimedWrite, signal: AbortSignal): Promise<Look> {
    const { changes } = recordWriteSchema.parse(write.payload);
    const since = new Date(write.createdAt.getTime() - clockSkewMs).toISOString();
    const query = {
      fields: clioWrites[this.resource].editFields,
      order: 'id(asc)',
      limit: '200',
      created_since: since,
    };
    const { records, nextUrl } = await this.records.list(this.callOf(write, signal), query);
    const like = records.filter((record) => hasHappened(changes, record) !== 'no');
    const made = like.length === 1 && like[0] !== undefined && hasHappened(changes, like[0]) === 'yes' ? like[0] : null;
    if (made !== null) return this.end(await this.current(write, recordIdOf(made) ?? '', signal));
    const wasAnswered = write.lastProblem?.kind === 'unavailable';
    return like.length === 0 && nextUrl === null && wasAnswered ? 'not_done' : 'unclear';
  }

  private shown(write: ClaimedWrite, recordId: string, signal: AbortSignal): Promise<Body> {
    return this.records.show(this.callOf(write, signal), recordId, clioWrites[this.resource].editFields);
  }

  private current(write: ClaimedWrite, recordId: string, signal: AbortSignal): Promise<Body> {
    return this.records.show(this.callOf(write, signal), recordId, clioResources[this.resource].fields);
  }

  private end(raw: Body): Extract<WriteEnd, { outcome: 'succeeded' }> {
    const record = readRecord(clioResources[this.resource], raw);
    if (isBad(record)) {
      const message = `Clio gave a record of ${this.resource} that cannot be read; the write may have happened.`;
      throw new AppError('unknown_outcome', 'clio.record_malformed', message, { details: { reason: record.reason } });
    }
    return { outcome: 'succeeded', recordId: record.recordId, record };
  }

  private callOf(write: ClaimedWrite, signal: AbortSignal): RecordsCall {
    const { connection, lane, correlationId, actor } = write;
    const by = actorCodec.parse(actor);
    return {
      connection,
      resource: this.resource,
      lane,
      correlationId,
      actor: by,
      signal,
      deadlineMs,
      ...patienceOf(write),
    };
  }
}

interface Stale {
  readonly error: AppError;
  readonly signal: AbortSignal;
}

/** Whatever Clio answers with 5xx may have been done before it failed; what is no error of ours may have come after the call. */
function mayHaveHappened(error: unknown): boolean {
  if (!isAppError(error)) return true;
  return error.kind === 'unknown_outcome' || Number(error.details['status'] ?? 0) >= 500;
}

/** Somebody else was faster than our repetition: who can say whether the first attempt was there before them? */
function changedMeanwhile(cause: AppError): AppError {
  const message = 'The record changed while the write was repeated; the first attempt may have happened.';
  return new AppError('unknown_outcome', 'clio.unknown_outcome', message, { details: cause.details, cause });
}

/**
 * For budget a call waits no longer than a moment: the task waits, and its worker writes for others meanwhile. A pause that Clio
 * asks for it waits out while somebody waits for the outcome; a longer one is theirs to know of.
 */
function patienceOf({ request, claimedAt }: ClaimedWrite) {
  const leftMs = Date.parse(request?.answerBy ?? '') - new Date(claimedAt).getTime();
  return { longestBudgetWaitMs, patienceMs: leftMs > 0 ? leftMs : longestBudgetWaitMs };
}
