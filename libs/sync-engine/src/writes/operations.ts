import { AppError, type Message, type Operation } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export interface OperationQuestion {
  readonly operationId: string | null;
  readonly state: Operation['state'] | null;
  readonly limit: number;
}

interface Row extends Omit<Operation, 'requestedBy' | 'decision'> {
  readonly actor: string;
  readonly decision: Operation['decision'];
}

/** How a task's states are told; `pending` and `unclear` are the engine's own business. */
const shownState = `case t.state when 'pending' then 'waiting' when 'unclear' then 'waiting' when 'started' then 'writing' else t.state end`;
const iso = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The newest writes that people asked for, or one by its id. */
export async function findOperations(tx: Tx, { operationId, state, limit }: OperationQuestion): Promise<Operation[]> {
  const rows = await tx.query<Row>(
    `select t.task_id as "operationId", c.provider, t.connection_id as "connectionId", t.resource, t.action, t.record_id as "recordId",
       ${shownState} as state, t.attempts, t.actor, ${iso('t.created_at')} as "requestedAt",
       case when t.finished_at is null then ${iso('t.next_attempt_at')} end as "nextAttemptAt", ${iso('t.finished_at')} as "finishedAt",
       t.record, t.problem, t.request_hash as "requestHash", t.decision
     from write_task t join connection c on c.tenant_id = t.tenant_id and c.connection_id = t.connection_id
     where t.tenant_id = (select this_tenant()) and t.request_hash is not null and ($1::uuid is null or t.task_id = $1)
       and ($2::text is null or ${shownState} = $2)
     order by t.created_at desc limit $3`,
    [operationId, state, limit],
  );
  return rows.map(({ actor, ...row }) => ({ ...row, requestedBy: whoOf(actor) }));
}

export interface OperationDecision {
  readonly operationId: string;
  readonly decision: 'happened' | 'again' | 'dismiss';
  readonly recordId: string | null;
}

const stateAfter = { happened: 'unclear', again: 'pending', dismiss: 'dismissed' } as const;

/** Carries on as a person decides; only what nobody knows can be decided, and only once. */
export async function decideOperation(
  tx: Tx,
  message: Message<OperationDecision>,
  decidedBy: string,
): Promise<Operation> {
  const { operationId, decision, recordId } = message.data;
  const [known] = await tx.query<{ state: string; action: string; recordId: string | null }>(
    `select state, action, record_id as "recordId" from write_task
     where tenant_id = (select this_tenant()) and task_id = $1 and request_hash is not null for update`,
    [operationId],
  );
  if (!known) throw new AppError('not_found', 'operation.unknown', 'There is no such operation.');
  if (known.state !== 'unknown') throw notOpen(known.state);
  const madeId = known.action === 'update' ? known.recordId : decision === 'happened' ? recordId : null;
  if (decision === 'happened' && madeId === null) throw idMissing();
  await tx.query(
    `update write_task set state = $2, record_id = $3, decision = $4, attempts = 0, answer_by = null,
       next_attempt_at = clock_timestamp(), lease_until = clock_timestamp(), finished_at = case when $2 = 'dismissed' then clock_timestamp() end
     where tenant_id = (select this_tenant()) and task_id = $1`,
    [
      operationId,
      stateAfter[decision],
      madeId,
      JSON.stringify({
        decision,
        decidedBy: whoOf(decidedBy),
        decidedAt: message.time,
      } satisfies Operation['decision']),
    ],
  );
  const [operation] = await findOperations(tx, { operationId, state: null, limit: 1 });
  if (!operation) throw new Error(`the operation ${operationId} vanished while it was decided`);
  return operation;
}

function notOpen(state: string): AppError {
  return new AppError(
    'conflict',
    'operation.not_open',
    `Nothing is to be decided: its outcome is not unknown (${state}).`,
    {
      details: { state },
    },
  );
}

function idMissing(): AppError {
  const message = 'Name the id of the record that was made (recordId), so that it can be taken over.';
  return new AppError('validation', 'operation.record_id_missing', message);
}

/** Without the roles. */
function whoOf(actor: string): string {
  return actor.split(';', 1)[0] ?? actor;
}
