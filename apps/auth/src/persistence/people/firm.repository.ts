import type { Tx } from '@firmbridge/database';

/** What happens to a firm's administrators happens one after the other: each sees what the one before it left. */
export async function lockFirm(tx: Tx, tenantId: string): Promise<void> {
  await tx.query('select from tenant where tenant_id = $1 for update', [tenantId]);
}

export async function nameFirm(tx: Tx, tenantId: string, name: string): Promise<void> {
  await tx.query('update tenant set name = $2 where tenant_id = $1', [tenantId, name]);
}
