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
const witnessRows = z.array(
  z
    .object({ wrapped: z.string(), kek_id: z.string() })
    .transform((row): WrappedKey => ({ wrapped: row.wrapped, kekId: row.kek_id })),
);
const idRows = z.array(z.object({ id: z.string() }));

export interface Rewrapped extends WrappedKey {
  readonly old: DataKeyRow;
}

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

  async notWrappedWith(kekId: string, limit: number): Promise<DataKeyRow[]> {
    const sql = `select ${columns} from data_key where destroyed_at is null and kek_id <> $1 order by tenant_id limit $2`;
    return keyRows.parse(await this.database.acrossTenants((tx) => tx.query(sql, [kekId, limit])));
  }

  async countNotWrappedWith(kekId: string): Promise<number> {
    const sql = 'select count(*)::int as count from data_key where destroyed_at is null and kek_id <> $1';
    const [row] = await this.database.acrossTenants((tx) => tx.query<{ count: number }>(sql, [kekId]));
    return row?.count ?? 0;
  }

  /** How many were replaced; those changed or destroyed meanwhile are not. */
  async replaceWrappings(replacements: readonly Rewrapped[]): Promise<number> {
    const rows = replacements.map(({ old, wrapped, kekId }) => ({
      ...{ tenant_id: old.tenantId, key_id: old.keyId, was: old.wrapped },
      ...{ wrapped, kek_id: kekId },
    }));
    const replaced = await this.database.acrossTenants((tx) =>
      tx.query(
        `update data_key as known set wrapped = new.wrapped, kek_id = new.kek_id
           from jsonb_to_recordset($1::jsonb) as new (tenant_id uuid, key_id text, was text, wrapped text, kek_id text)
          where known.tenant_id = new.tenant_id and known.key_id = new.key_id and known.wrapped = new.was
         returning known.key_id as id`,
        [JSON.stringify(rows)],
      ),
    );
    return replaced.length;
  }

  /** Adds a witness of a key-encryption key unless there is one, and returns all there are. */
  async witnesses({ wrapped, kekId }: WrappedKey): Promise<WrappedKey[]> {
    const rows = await this.database.acrossTenants(async (tx) => {
      await tx.query('insert into key_witness (kek_id, wrapped) values ($1, $2) on conflict do nothing', [
        kekId,
        wrapped,
      ]);
      return tx.query('select kek_id, wrapped from key_witness');
    });
    return witnessRows.parse(rows);
  }

  private async rows(tenantId: string, sql: string, parameters: readonly unknown[]): Promise<DataKeyRow[]> {
    return keyRows.parse(await this.database.inTenant(tenantId, (tx) => tx.query(sql, parameters)));
  }
}
