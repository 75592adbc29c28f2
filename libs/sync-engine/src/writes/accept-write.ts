import type { EntityVersion, Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export interface IntendedWrite {
  readonly connectionId: string;
  readonly kind: string;
  readonly entityId: string;
  readonly entityVersion: EntityVersion;
  readonly payload: unknown;
}

/**
 * Turns a command into a write task, in the inbox transaction of the command: waiting for budget never holds a message.
 * A task for an older version of the same entity that was not begun is superseded; a command older than a known task is dropped.
 */
export async function acceptWrite(tx: Tx, message: Message, write: IntendedWrite): Promise<'accepted' | 'outdated'> {
  const { epoch, n } = write.entityVersion;
  const newer = await tx.query(
    `select 1 from write_task where connection_id = $1 and entity_id = $2 and kind = $3 and (entity_epoch, entity_n) >= ($4, $5) limit 1`,
    [write.connectionId, write.entityId, write.kind, epoch, n],
  );
  if (newer.length > 0) return 'outdated';
  await tx.query(
    `update write_task set state = 'superseded', finished_at = clock_timestamp()
     where connection_id = $1 and entity_id = $2 and kind = $3 and state = 'pending'`,
    [write.connectionId, write.entityId, write.kind],
  );
  await tx.query(
    `insert into write_task (tenant_id, task_id, connection_id, kind, entity_id, entity_epoch, entity_n, payload, state, attempts,
       next_attempt_at, lease_token, lease_until, correlation_id, causation_id, created_at)
     values ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7, 'pending', 0, clock_timestamp(), 0, clock_timestamp(), $8, $9, clock_timestamp())`,
    [
      message.tenantId,
      write.connectionId,
      write.kind,
      write.entityId,
      epoch,
      n,
      JSON.stringify(write.payload),
      message.correlationId,
      message.id,
    ],
  );
  return 'accepted';
}
