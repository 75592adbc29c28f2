import type { Tx } from '@firmbridge/database';

/** Until people can log in, a tenant is there from its first use. */
export async function ensureTenant(tx: Tx, tenantId: string): Promise<void> {
  await tx.query('insert into tenant (tenant_id, created_at) values ($1, clock_timestamp()) on conflict do nothing', [
    tenantId,
  ]);
}
