import type { Tx } from '@firmbridge/database';
import type { ChangedRecord } from '@firmbridge/contracts';
import type { ClaimedPage } from '@firmbridge/sync-engine';
import { noteMissed } from '../../persistence/webhook-views.repository.js';

/** Counts what a poll found although a webhook should have announced it, in the transaction of its page. */
export async function noteMissedChanges(
  tx: Tx,
  { mode, connection, resource }: ClaimedPage,
  changed: readonly ChangedRecord[],
): Promise<void> {
  if (mode !== 'incremental' || changed.length === 0) return;
  const ids = changed.map(({ recordId }) => recordId);
  await noteMissed(tx, { connectionId: connection.connectionId, resource }, ids);
}
