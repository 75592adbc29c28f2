import type { Tx } from '@firmbridge/database';
import type { DeletionScope } from './signals.js';

type Sighting = Pick<DeletionScope, 'tenantId' | 'connectionId' | 'resource' | 'observedAt'>;

/**
 * The provider still has these records: whatever spoke of their deletion before is void, and a person who kept them may be asked
 * again another time. A deletion that waits for a person and has no record left is over.
 */
export async function noteSeen(tx: Tx, sighting: Sighting, recordIds: readonly string[]): Promise<void> {
  const { tenantId, connectionId, resource, observedAt } = sighting;
  const seen = await tx.query<{ deletion_id: string | null; state: string }>(
    `delete from record_deletion d using record r
     where d.tenant_id = $1 and d.connection_id = $2 and d.resource = $3 and d.record_id = any ($4) and d.signalled_at < $5
       and r.tenant_id = $1 and r.connection_id = $2 and r.resource = $3 and r.record_id = d.record_id and r.deleted_at is null
     returning d.deletion_id, d.state`,
    [tenantId, connectionId, resource, recordIds, observedAt],
  );
  const held = seen.filter(({ state }) => state === 'held').map(({ deletion_id: deletionId }) => deletionId);
  if (held.length > 0) await withdrawEmpty(tx, tenantId, held);
}

/** Their rows are locked first: what is being added to them must be seen before they count as empty. */
async function withdrawEmpty(tx: Tx, tenantId: string, deletionIds: readonly (string | null)[]): Promise<void> {
  const params = [tenantId, deletionIds];
  await tx.query(
    `select 1 from deletion where tenant_id = $1 and deletion_id = any ($2::uuid[]) order by deletion_id for update`,
    params,
  );
  await tx.query(
    `update deletion d set state = 'withdrawn', decided_at = clock_timestamp(), reason = 'The provider has all of these records again.'
     where d.tenant_id = $1 and d.deletion_id = any ($2::uuid[]) and d.state = 'held' and not exists (select 1 from record_deletion r
       where r.tenant_id = d.tenant_id and r.deletion_id = d.deletion_id and r.state = 'held')`,
    params,
  );
}
