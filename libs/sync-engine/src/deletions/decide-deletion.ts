import {
  AppError,
  formatActor,
  type DataOf,
  type Deletion,
  type Message,
  type syncMessages,
} from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { getDeletion } from './deletion-views.js';

type Decision = Message<DataOf<syncMessages.SyncServiceMessages['decideDeletion']>>;
type Undo = Message<DataOf<syncMessages.SyncServiceMessages['undoDeletion']>>;

/**
 * Approves or rejects a held deletion; repeating it is harmless. What is approved is deleted bit by bit afterwards. What is
 * rejected is kept and nobody is asked again, until a record of it is seen and disappears another time. A rejection may still
 * turn into an approval.
 */
export async function decideDeletion(tx: Tx, { actor, tenantId, data }: Decision): Promise<Deletion> {
  const { deletionId, decision, reason } = data;
  if (decision === 'reject' && reason === null) throw reasonMissing();
  const wanted = decision === 'approve' ? 'approved' : 'rejected';
  const from = decision === 'approve' ? ['held', 'rejected'] : ['held'];
  const decided = await tx.query(
    `update deletion set state = $3, decided_at = clock_timestamp(), decided_by = $4, reason = $5
     where tenant_id = $1 and deletion_id = $2 and state = any ($6) returning 1`,
    [tenantId, deletionId, wanted, formatActor(actor), reason, from],
  );
  if (decided.length > 0) {
    await tx.query(
      `update record_deletion set state = $3 where tenant_id = $1 and deletion_id = $2 and state in ('held', 'kept')`,
      [tenantId, deletionId, decision === 'approve' ? 'held' : 'kept'],
    );
  }
  const deletion = await getDeletion(tx, deletionId);
  const isDone = deletion.state === wanted || (decision === 'approve' && deletion.state === 'deleted');
  if (!isDone) throw decidedOtherwise(deletion);
  return deletion;
}

/** Marks records to be brought back, all or some; that happens bit by bit afterwards. */
export async function undoDeletion(tx: Tx, { actor, tenantId, data }: Undo): Promise<Deletion> {
  const { deletionId, recordIds } = data;
  const known = await getDeletion(tx, deletionId);
  if (known.state === 'undoing' || known.state === 'undone') return known;
  if (known.undoableUntil === null) throw notUndoable(known);
  const marked = await tx.query(
    `update record_deletion set state = 'returning' where tenant_id = $1 and deletion_id = $2 and state = 'deleted'
       and ($3::text[] is null or record_id = any ($3)) returning 1`,
    [tenantId, deletionId, recordIds],
  );
  if (marked.length === 0) throw notUndoable(known);
  await tx.query(
    `update deletion set state = 'undoing', decided_by = $3
     where tenant_id = $1 and deletion_id = $2`,
    [tenantId, deletionId, formatActor(actor)],
  );
  return getDeletion(tx, deletionId);
}

function reasonMissing(): AppError {
  const message = 'Say why the records are kept: the reason stays on record.';
  return new AppError('validation', 'deletion.reason_missing', message, { details: { field: 'reason' } });
}

function decidedOtherwise({ deletionId, state }: Deletion): AppError {
  const message = `The deletion is ${state}: there is nothing to decide any more.`;
  return new AppError('conflict', 'deletion.not_held', message, { details: { deletionId, state } });
}

function notUndoable({ deletionId, state }: Deletion): AppError {
  const message = `Nothing of this deletion can be brought back: it is ${state}, older than 30 days, or not about these records.`;
  return new AppError('conflict', 'deletion.not_undoable', message, { details: { deletionId, state } });
}
