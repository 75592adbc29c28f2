import { isDeepStrictEqual } from 'node:util';
import {
  createOpportunitySchema,
  ghlRequest,
  ghlResources,
  updateContactSchema,
  updateOpportunitySchema,
  type GhlRequest,
} from '@firmbridge/ghl-api';
import { AppError, isAppError, type OperationProblem } from '@firmbridge/contracts';
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
import { readGhlSingle } from './ghl-answers.js';
import type { GhlCalls } from './ghl-calls.js';
import { saysExactly } from './spelling.js';

export const ghlWritableSchema = z.enum(['contacts', 'opportunities']);
export type GhlWritable = z.output<typeof ghlWritableSchema>;

export const kindOf = (resource: GhlWritable): string => `write-${resource}`;

type Body = Readonly<Record<string, unknown>>;

const payloadSchema = z.object({
  recordId: z.string().nullable(),
  changes: z.record(z.string(), z.unknown()),
  /** Of the record for which the changes were decided; null where it does not matter. */
  revision: z.int().nullish(),
});
const listed = z.looseObject({ opportunities: z.array(z.looseObject({ id: z.string(), name: z.string().nullish() })) });

/** GHL names no blank for a few properties of a contact: an empty text empties them. */
const blankAsText: ReadonlySet<string> = new Set(['postalCode', 'country']);

/** What GHL would refuse for its form; null where it can be sent. */
export function problemOfChanges(
  resource: GhlWritable,
  recordId: string | null,
  changes: Body,
): OperationProblem | null {
  const parsed = schemaOf(resource, recordId)?.safeParse(bodyOf(resource, changes, 'any', recordId === null));
  if (parsed?.success === true) return null;
  const message = parsed === undefined ? `New ${resource} are not made this way.` : z.prettifyError(parsed.error);
  return { kind: 'validation', code: 'request.invalid', message, retryAfterMs: null, details: {} };
}

/**
 * Changes records of a GHL location, and makes opportunities. GHL has no etags: the record is read before it is changed, and what moved
 * since the change was decided is not written over. A change is harmless to repeat. Before an opportunity is made once more, GHL is
 * asked for one of the same contact, pipeline and name.
 */
export class GhlRecordWriter implements WriteExecutor {
  readonly entityType = null;
  readonly afterUnclear: AfterUnclear = {
    mayHaveHappened: mayHaveWritten,
    look: (write, signal) => this.look(write, signal),
    takeOver: async (write, signal) => endOf(this.resource, await this.read(write, write.recordId ?? '', signal)),
  };

  constructor(
    readonly resource: GhlWritable,
    private readonly calls: GhlCalls,
  ) {}

  async execute(write: ClaimedWrite, signal: AbortSignal): Promise<WriteEnd> {
    const { recordId, changes } = payloadSchema.parse(write.payload);
    const body = bodyOf(this.resource, changes, write.connection.accountId, recordId === null);
    const instead = recordId === null ? null : await this.before(write, recordId, signal);
    return instead ?? endOf(this.resource, await this.ask(write, requestOf(this.resource, recordId, body), signal));
  }

  /** What ends the change before it is made: it is there already, or the record has moved. */
  private async before(write: ClaimedWrite, recordId: string, signal: AbortSignal): Promise<WriteEnd | null> {
    const { changes, revision } = payloadSchema.parse(write.payload);
    const now = endOf(this.resource, await this.read(write, recordId, signal));
    if (now.outcome !== 'succeeded' || now.record === null) return null;
    const { record } = now;
    if (saysExactly(record.body, changes)) return now;
    const known = write.knownRecord;
    const isNewer = (known?.revision ?? 0) > (revision ?? Infinity);
    const moved = (name: string) => !isDeepStrictEqual(known?.body[name] ?? null, record.body[name] ?? null);
    if (known === null || !(isNewer || Object.keys(changes).some(moved))) return null;
    return { outcome: 'refused', problem: movedMeanwhile, record };
  }

  private async look(write: ClaimedWrite, signal: AbortSignal): Promise<Look> {
    const { recordId, changes } = payloadSchema.parse(write.payload);
    if (recordId !== null) return 'not_done';
    const query = {
      location_id: write.connection.accountId,
      pipeline_id: String(changes['pipelineId'] ?? ''),
      contact_id: String(changes['contactId'] ?? ''),
    };
    const found = listed.safeParse(await this.ask(write, ghlRequest('opportunities.list', { query }), signal));
    if (!found.success) throw malformed(this.resource);
    const made = found.data.opportunities.find(({ name }) => name === changes['name']);
    return made === undefined ? 'not_done' : endOf(this.resource, await this.read(write, made.id, signal));
  }

  private read(write: ClaimedWrite, id: string, signal: AbortSignal): Promise<unknown> {
    const request =
      this.resource === 'contacts'
        ? ghlRequest('contacts.get', { params: { contactId: id } })
        : ghlRequest('opportunities.get', { params: { id } });
    return this.ask(write, request, signal);
  }

  private ask(
    { connection, lane, correlationId }: ClaimedWrite,
    request: GhlRequest,
    signal: AbortSignal,
  ): Promise<unknown> {
    const patience = { longestBudgetWaitMs, patienceMs: longestBudgetWaitMs };
    return this.calls.call(request, { connection, lane, correlationId, signal, ...patience });
  }
}

function schemaOf(resource: GhlWritable, recordId: string | null): z.ZodType<Body> | undefined {
  if (resource === 'opportunities') return recordId === null ? createOpportunitySchema : updateOpportunitySchema;
  return recordId === null ? undefined : updateContactSchema;
}

function bodyOf(resource: GhlWritable, changes: Body, locationId: string, isNew = false): Body {
  if (resource === 'opportunities') return isNew ? { ...changes, locationId } : changes;
  return Object.fromEntries(
    Object.entries(changes).map(([name, value]) => [name, value === null && blankAsText.has(name) ? '' : value]),
  );
}

function requestOf(resource: GhlWritable, recordId: string | null, body: Body): GhlRequest {
  if (recordId === null) return ghlRequest('opportunities.create', { body });
  return resource === 'contacts'
    ? ghlRequest('contacts.update', { params: { contactId: recordId }, body })
    : ghlRequest('opportunities.update', { params: { id: recordId }, body });
}

/** Whether GHL may have done what ended with this error. */
export function mayHaveWritten(error: unknown): boolean {
  return !isAppError(error) || error.kind === 'unknown_outcome' || error.kind === 'unavailable';
}

const movedMeanwhile: OperationProblem = {
  ...{ kind: 'precondition_failed', code: 'ghl.record_moved', retryAfterMs: null, details: {} },
  message: 'The record was changed in GoHighLevel after this change was decided.',
};

export function endOf(resource: GhlWritable, reply: unknown): WriteEnd {
  const record = readGhlSingle(ghlResources[resource], reply);
  if (isBad(record)) throw malformed(resource);
  return { outcome: 'succeeded', recordId: record.recordId, record };
}

export function malformed(resource: GhlWritable): AppError {
  const message = `GHL answered a write of ${resource} without the record; it may have happened.`;
  return new AppError('unknown_outcome', 'ghl.reply_malformed', message);
}
