import type { Message, OperationProblem } from '@firmbridge/contracts';
import { connectionUnknown, statusOfConnection } from '../connections.js';
import type { Work } from '../work.js';
import { tellRequestRefused } from './finish-write.js';
import { insertWrite } from './insert-write.js';
import type { RequestedWrite } from './write-task.js';

/**
 * Turns what a person or mapping asks for into a write task; a refusal before any call is a task, too, one that has ended. The same
 * operation asked for again changes nothing: whoever asked compares the requests. Throws for a connection nobody has heard of.
 */
export async function acceptRequest(
  work: Work,
  message: Message,
  write: RequestedWrite,
  check: () => Promise<OperationProblem | null>,
): Promise<'accepted' | 'refused' | 'known'> {
  const { tx, service } = work;
  const { connectionId, operationId, request, recordId } = write;
  const known = await tx.query('select 1 from write_task where tenant_id = (select this_tenant()) and task_id = $1', [
    operationId,
  ]);
  if (known.length > 0) return 'known';
  const status = await statusOfConnection(tx, connectionId);
  if (status === null) throw connectionUnknown(service, connectionId);
  const problem = unusable(status, message) ?? (await check());
  await insertWrite(tx, message, {
    taskId: operationId,
    connectionId,
    kind: write.kind,
    subject: recordId === null ? operationId : `${request.resource}/${recordId}`,
    lane: message.actor.kind === 'system' ? 'incremental' : 'interactive',
    payload: write.payload,
    recordId,
    entity: null,
    request,
    problem,
  });
  if (problem === null) return 'accepted';
  await tellRequestRefused(work, message, write, problem);
  return 'refused';
}

/** What the platform itself wants waits until the account is connected again. */
function unusable(status: string, { actor }: Message): OperationProblem | null {
  if (status === 'active' || (actor.kind === 'system' && status !== 'disconnected')) return null;
  const message =
    status === 'disconnected'
      ? 'The connection was ended; connect the account again.'
      : 'The account must be connected again before anything can be written.';
  return { kind: 'conflict', code: 'connection.not_active', message, retryAfterMs: null, details: {} };
}
