import type { Tx } from '@firmbridge/database';

/** Stays when all other rows of a tenant are gone, and keeps what arrives later from bringing any back. */
export const erasedTenantTable = 'erased_tenant';

export async function isTenantErased(tx: Tx, tenantId: string): Promise<boolean> {
  const rows = await tx.query('select 1 from erased_tenant where tenant_id = $1', [tenantId]);
  return rows.length > 0;
}

/** From the commit on, nothing that comes for the tenant is handled any more. */
export async function markTenantErased(tx: Tx, tenantId: string): Promise<void> {
  await tx.query(
    `insert into erased_tenant (tenant_id, erased_at, rows_deleted) values ($1, clock_timestamp(), 0) on conflict do nothing`,
    [tenantId],
  );
}

/** Adds to the rows that were deleted, over all attempts; answers the sum. */
export async function countErasedRows(tx: Tx, tenantId: string, rows: number): Promise<number> {
  const [row] = await tx.query<{ rows: string }>(
    `update erased_tenant set rows_deleted = rows_deleted + $2 where tenant_id = $1 returning rows_deleted as rows`,
    [tenantId, rows],
  );
  return Number(row?.rows ?? 0);
}
