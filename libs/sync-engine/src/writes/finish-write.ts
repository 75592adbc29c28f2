import {
  actorCodec,
  mappingMessages,
  newMessage,
  newOrigin,
  originFollowing,
  syncMessages,
  uncheckedMessage,
  type DataOf,
  type Message,
  type MessageOrigin,
  type OperationProblem,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import type { GoodRecord } from '../adapter.js';
import { storeRecords } from '../runs/store-page.js';
import type { Work } from '../work.js';
import type { ClaimedWrite, RequestedWrite, WriteEnd, WriteExecutor } from './write-task.js';

type Finished = DataOf<typeof syncMessages.writeFinished>;

/** Nobody can tell from here; a person decides. */
export interface UnknownEnd {
  readonly outcome: 'unknown';
  readonly problem: OperationProblem;
}

/**
 * The end of a write in one transaction: its outcome, the record the provider gave, stored and on its way to mapping, and the
 * event. Nothing happens when the lease was lost meanwhile.
 */
export async function finishWrite(
  work: Work,
  write: ClaimedWrite,
  executor: WriteExecutor,
  end: WriteEnd | UnknownEnd,
): Promise<void> {
  const { recordId, record, problem } = { recordId: write.recordId, record: null, problem: null, ...end };
  const rows = await work.tx.query(
    `update write_task set state = $3, record_id = $4, record = $5, problem = $6, reason = $7, finished_at = clock_timestamp()
     where tenant_id = (select this_tenant()) and task_id = $1 and lease_token = $2 and finished_at is null returning task_id`,
    [
      write.taskId,
      write.leaseToken,
      end.outcome,
      recordId,
      record === null || end.outcome !== 'succeeded' ? null : JSON.stringify(record.body),
      problem === null ? null : JSON.stringify(problem),
      problem?.message ?? null,
    ],
  );
  if (rows.length === 0) return;
  const stored = record === null ? null : await store(work, write, executor, record);
  const messages = [
    finishedMessage(work, write, executor, { outcome: end.outcome, recordId, problem, record: stored }),
  ];
  // Of a record that was made of an entity only the event tells: alone, it might be taken for a new one.
  if (stored?.isNew === true && write.entity === null) messages.push(recordMessage(work, write, executor, stored));
  if (problem !== null && isNews(work, write, end.outcome, problem))
    messages.push(problemMessage(work, write, executor, problem, end.outcome));
  await work.outbox.add(work.tx, messages);
}

/** What was refused before any call, to whoever waits for it. */
export function tellRequestRefused(
  { tx, outbox, service, now }: Work,
  message: Message,
  { operationId, connectionId, request, recordId }: RequestedWrite,
  problem: OperationProblem,
): Promise<void> {
  const finished: Finished = {
    ...noEntity,
    taskId: operationId,
    provider: providerOf(service),
    connectionId,
    resource: request.resource,
    outcome: 'refused',
    recordId,
    reason: problem.message,
    problem,
    record: null,
  };
  const origin = originFollowing(message, service, now);
  const orderingKey = `${message.tenantId}/${operationId}`;
  return outbox.add(tx, [newMessage(syncMessages.writeFinished, finished, origin, { orderingKey })]);
}

const noEntity = { entityType: null, entityId: null, entityVersion: null };

function providerOf(service: string): Finished['provider'] {
  return service === 'clio-sync' ? 'clio' : 'ghl';
}

interface StoredRecord {
  readonly recordId: string;
  readonly revision: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** Nothing else has brought it yet. */
  readonly isNew: boolean;
}

async function store(
  { tx }: Work,
  write: ClaimedWrite,
  { resource }: WriteExecutor,
  record: GoodRecord,
): Promise<StoredRecord | null> {
  const { tenantId, connectionId } = write.connection;
  const [changed] = await storeRecords(tx, { tenantId, connectionId, resource, observedAt: write.claimedAt }, [record]);
  const { recordId, body } = record;
  if (changed !== undefined) return { recordId, revision: changed.revision, body, isNew: true };
  const [known] = await tx.query<{ revision: string; body: StoredRecord['body'] }>(
    'select revision::text, body from record where tenant_id = $1 and connection_id = $2 and resource = $3 and record_id = $4',
    [tenantId, connectionId, resource, recordId],
  );
  return known === undefined ? null : { recordId, body: known.body, revision: Number(known.revision), isNew: false };
}

function recordMessage(
  work: Omit<Work, 'tx'>,
  write: ClaimedWrite,
  { resource }: WriteExecutor,
  { recordId, revision, body }: StoredRecord,
): OutgoingMessage {
  const { tenantId, connectionId, provider } = write.connection;
  const cause = actorCodec.parse(write.actor).kind === 'system' ? 'mapping' : 'manual';
  const records = [{ recordId, revision, body, deleted: false }];
  const data = { connectionId, provider, resource, runId: null, cause, records } as const;
  const orderingKey = `${tenantId}/${connectionId}/${resource}`;
  return uncheckedMessage(mappingMessages.normalizeRecords, data, originOf(work, write), { lane: 'live', orderingKey });
}

interface Outcome {
  readonly outcome: Finished['outcome'];
  readonly recordId: string | null;
  readonly problem: OperationProblem | null;
  readonly record: StoredRecord | null;
}

function finishedMessage(
  work: Work,
  write: ClaimedWrite,
  { resource, entityType }: WriteExecutor,
  { outcome, recordId, problem, record }: Outcome,
): OutgoingMessage {
  const { tenantId, connectionId, provider } = write.connection;
  const { entity } = write;
  const about = entity === null ? noEntity : { entityType, entityId: entity.id, entityVersion: { ...entity.version } };
  const reason = problem?.message ?? null;
  const said = record === null ? null : { revision: record.revision, body: { ...record.body } };
  const data = {
    ...about,
    ...{ taskId: write.taskId, provider, connectionId, resource, outcome, recordId, reason, problem, record: said },
  };
  const orderingKey = `${tenantId}/${entity?.id ?? write.taskId}`;
  return newMessage(syncMessages.writeFinished, data, originOf(work, write), { orderingKey });
}

/**
 * A refusal that somebody waits for is told to them and to nobody else; an unknown outcome always waits for a person. What changed
 * meanwhile is decided anew by whoever asked.
 */
function isNews({ now }: Work, { request }: ClaimedWrite, outcome: string, { kind }: OperationProblem): boolean {
  if (outcome === 'unknown' || request === null) return true;
  if (request.answerBy === null) return kind !== 'precondition_failed';
  return now.toISOString() > request.answerBy;
}

function problemMessage(
  work: Work,
  write: ClaimedWrite,
  { resource, entityType }: WriteExecutor,
  problem: OperationProblem,
  outcome: string,
): OutgoingMessage {
  const { connectionId, provider } = write.connection;
  return newMessage(
    syncMessages.problemRaised,
    {
      service: work.service,
      code: `${provider}.write_${outcome}`,
      message: `A write to ${provider} ended as ${outcome}: ${problem.message}`,
      provider,
      connectionId,
      resource,
      recordId: write.recordId,
      runId: null,
      details: write.entity === null ? { operationId: write.taskId } : { entityType, entityId: write.entity.id },
    },
    originOf(work, write),
  );
}

function originOf({ service, now }: Pick<Work, 'service' | 'now'>, write: ClaimedWrite): MessageOrigin {
  const { tenantId } = write.connection;
  const actor = actorCodec.parse(write.actor);
  return newOrigin({ service, tenantId, now, actor, correlationId: write.correlationId });
}
