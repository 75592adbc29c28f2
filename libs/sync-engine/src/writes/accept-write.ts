import { randomUUID } from 'node:crypto';
import type { EntityVersion, Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { connectionUnknown, statusOfConnection } from '../connections.js';
import { insertWrite } from './insert-write.js';

export interface IntendedWrite {
  readonly connectionId: string;
  readonly kind: string;
  readonly entityId: string;
  readonly entityVersion: EntityVersion;
  readonly payload: unknown;
}

/**
 * Turns a command into a write task, in the inbox transaction of the command: waiting for budget never holds a message.
 * A task for an older version of the same entity that was not begun is superseded; a command older than a known task is dropped,
 * and so is one for a disconnected connection: nobody waits for it any more. Throws for a connection nobody has heard of.
 */
export async function acceptWrite(
  tx: Tx,
  service: string,
  message: Message,
  write: IntendedWrite,
): Promise<'accepted' | 'outdated' | 'disconnected'> {
  const status = await statusOfConnection(tx, write.connectionId);
  if (status === null) throw connectionUnknown(service, write.connectionId);
  if (status === 'disconnected') return 'disconnected';
  const { epoch, n } = write.entityVersion;
  const newer = await tx.query(
    `select 1 from write_task
     where tenant_id = (select this_tenant()) and connection_id = $1 and entity_id = $2 and kind = $3
       and (entity_epoch, entity_n) >= ($4, $5) limit 1`,
    [write.connectionId, write.entityId, write.kind, epoch, n],
  );
  if (newer.length > 0) return 'outdated';
  await tx.query(
    `update write_task set state = 'superseded', finished_at = clock_timestamp()
     where tenant_id = (select this_tenant()) and connection_id = $1 and entity_id = $2 and kind = $3 and state = 'pending'`,
    [write.connectionId, write.entityId, write.kind],
  );
  const { entityId, entityVersion, ...task } = write;
  await insertWrite(tx, message, {
    ...task,
    taskId: randomUUID(),
    subject: entityId,
    lane: 'incremental',
    recordId: null,
    entity: { id: entityId, version: entityVersion },
    request: null,
    problem: null,
  });
  return 'accepted';
}
