import type { Database } from '@firmbridge/database';
import { z } from 'zod';
import type { WrappedKey } from './keyring.js';

export interface DataKeyRow extends WrappedKey {
  readonly tenantId: string;
  readonly keyId: string;
}

const keyRows = z.array(
  z
    .object({ tenant_id: z.string(), key_id: z.string(), wrapped: z.string(), kek_id: z.string() })
    .transform((row): DataKeyRow => ({
      tenantId: row.tenant_id,
      keyId: row.key_id,
      wrapped: row.wrapped,
      kekId: row.kek_id,
    })),
);
const idRows = z.array(z.object({ id: z.string() }));

const columns = 'tenant_id, key_id, wrapped, kek_id';

/** The table of wrapped data keys, one in use per tenant. */
export class DataKeys {
  constructor(private readonly database: Database) {}

  async inUse(tenantId: string): Promise<DataKeyRow | null> {
    const sql = `select ${columns} from data_key where tenant_id = $1 and destroyed_at is null`;
    return (await this.rows(tenantId, sql, [tenantId]))[0] ?? null;
  }

  /** Null for a key that was destroyed or never was. */
  async find(tenantId: string, keyId: string): Promise<DataKeyRow | null> {
    const sql = `select ${columns} from data_key where tenant_id = $1 and key_id = $2 and destroyed_at is null`;
    return (await this.rows(tenantId, sql, [tenantId, keyId]))[0] ?? null;
  }

  /** Adds the tenant's first key, unless another process was quicker. */
  async addFirst({ tenantId, keyId, wrapped, kekId }: DataKeyRow): Promise<void> {
    await this.rows(
      tenantId,
      `insert into data_key (${columns}) values ($1, $2, $3, $4) on conflict do nothing returning ${columns}`,
      [tenantId, keyId, wrapped, kekId],
    );
  }

  /** False when the key was changed or destroyed meanwhile. */
  async replaceWrapping(old: DataKeyRow, { wrapped, kekId }: WrappedKey): Promise<boolean> {
    const replaced = await this.rows(
      old.tenantId,
      `update data_key set wrapped = $3, kek_id = $4
        where tenant_id = $1 and key_id = $2 and wrapped = $5 returning ${columns}`,
      [old.tenantId, old.keyId, wrapped, kekId, old.wrapped],
    );
    return replaced.length > 0;
  }

  async destroy(tenantId: string): Promise<string[]> {
    const rows = await this.database.inTenant(tenantId, (tx) =>
      tx.query(
        `update data_key set wrapped = null, destroyed_at = clock_timestamp()
          where tenant_id = $1 and destroyed_at is null returning key_id as id`,
        [tenantId],
      ),
    );
    return idRows.parse(rows).map(({ id }) => id);
  }

  /** One key for each key-encryption key in use. */
  async samples(): Promise<DataKeyRow[]> {
    const rows = await this.database.acrossTenants((tx) =>
      tx.query(`select distinct on (kek_id) ${columns} from data_key where destroyed_at is null order by kek_id`),
    );
    return keyRows.parse(rows);
  }

  async tenantsNotWrappedWith(kekId: string): Promise<string[]> {
    const rows = await this.database.acrossTenants((tx) =>
      tx.query('select tenant_id as id from data_key where destroyed_at is null and kek_id <> $1 order by tenant_id', [
        kekId,
      ]),
    );
    return idRows.parse(rows).map(({ id }) => id);
  }

  private async rows(tenantId: string, sql: string, parameters: readonly unknown[]): Promise<DataKeyRow[]> {
    return keyRows.parse(await this.database.inTenant(tenantId, (tx) => tx.query(sql, parameters)));
  }
}
