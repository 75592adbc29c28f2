import { formatActor, type Lane, type Message, type OperationProblem } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { rankOf } from '../lanes.js';
import type { WriteRequest, WriteSubject } from './write-task.js';

export interface NewWrite {
  readonly taskId: string;
  readonly connectionId: string;
  readonly kind: string;
  /** Of two writes with the same subject the older one goes first, and never both at once. */
  readonly subject: string;
  readonly lane: Lane;
  readonly payload: unknown;
  readonly recordId: string | null;
  readonly entity: WriteSubject | null;
  readonly request: WriteRequest | null;
  /** Given when it is refused at once, before any call. */
  readonly problem: OperationProblem | null;
}

export async function insertWrite(tx: Tx, message: Message, write: NewWrite): Promise<void> {
  const { entity, request, problem } = write;
  await tx.query(
    `insert into write_task (tenant_id, task_id, connection_id, kind, subject, lane, lane_rank, payload, record_id,
       entity_id, entity_epoch, entity_n, resource, action, request_hash, answer_by, actor, problem, reason, state, finished_at,
       attempts, next_attempt_at, lease_token, lease_until, correlation_id, causation_id, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18::jsonb, $18::jsonb ->> 'message',
       case when $18::jsonb is null then 'pending' else 'refused' end, case when $18::jsonb is not null then clock_timestamp() end,
       0, clock_timestamp(), 0, clock_timestamp(), $19, $20, clock_timestamp())`,
    [
      message.tenantId,
      write.taskId,
      write.connectionId,
      write.kind,
      write.subject,
      write.lane,
      rankOf(write.lane),
      JSON.stringify(write.payload),
      write.recordId,
      entity?.id ?? null,
      entity?.version.epoch ?? null,
      entity?.version.n ?? null,
      request?.resource ?? null,
      request?.action ?? null,
      request?.requestHash ?? null,
      request?.answerBy ?? null,
      formatActor(message.actor),
      problem === null ? null : JSON.stringify(problem),
      message.correlationId,
      message.id,
    ],
  );
}
