import { AppError } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

/** A tenant is there from its first use. Throws for one that is being erased or is gone: nothing of it may begin again. */
export async function ensureTenant(tx: Tx, tenantId: string): Promise<void> {
  const erased = await tx.query('select from erasure where tenant_id = $1', [tenantId]);
  if (erased.length > 0) throw new AppError('conflict', 'tenant.erased', 'This firm is being erased.');
  await tx.query('insert into tenant (tenant_id, created_at) values ($1, clock_timestamp()) on conflict do nothing', [
    tenantId,
  ]);
}

/** What the firm is called; null while nobody has named it. */
export async function findFirmName(tx: Tx, tenantId: string): Promise<string | null> {
  const [row] = await tx.query<{ name: string | null }>('select name from tenant where tenant_id = $1', [tenantId]);
  return row?.name ?? null;
}

/** What is begun for the firm as a whole waits for this transaction. */
export async function lockTenant(tx: Tx, tenantId: string): Promise<void> {
  await tx.query('select from tenant where tenant_id = $1 for update', [tenantId]);
}

/** When the firm came; null for one that was never here. */
export async function findTenantSince(tx: Tx, tenantId: string): Promise<Date | null> {
  const [row] = await tx.query<{ since: string }>(
    `select to_json(created_at) #>> '{}' as since from tenant where tenant_id = $1`,
    [tenantId],
  );
  return row === undefined ? null : new Date(row.since);
}

export async function deleteTenant(tx: Tx, tenantId: string): Promise<void> {
  await tx.query('delete from tenant where tenant_id = $1', [tenantId]);
}
