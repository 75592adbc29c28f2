import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import type { Copy } from '../domain/agreement/agreement.js';

export interface CopyKey {
  readonly connectionId: string;
  readonly resource: string;
  readonly recordId: string;
}

export interface StoredCopy {
  readonly revision: number;
  readonly etag: string | null;
  readonly fields: Copy;
}

interface Row extends CopyKey {
  readonly revision: string;
  readonly etag: string | null;
  readonly fields: Copy;
}

const keyOf = ({ connectionId, resource, recordId }: CopyKey) => `${connectionId}/${resource}/${recordId}`;

export class StoredCopies {
  constructor(private readonly copies: ReadonlyMap<string, StoredCopy>) {}

  of(key: CopyKey): StoredCopy | undefined {
    return this.copies.get(keyOf(key));
  }
}

@Injectable()
export class RecordCopyRepository {
  async find(tx: Tx, tenantId: string, keys: readonly CopyKey[]): Promise<StoredCopies> {
    const rows = await tx.query<Row>(
      `select c.connection_id as "connectionId", c.resource, c.record_id as "recordId", c.revision::text, c.etag, c.fields
       from jsonb_to_recordset($2::jsonb) as k("connectionId" uuid, resource text, "recordId" text)
       join record_copy c on c.tenant_id = $1 and c.connection_id = k."connectionId" and c.resource = k.resource
         and c.record_id = k."recordId"`,
      [tenantId, JSON.stringify(keys)],
    );
    return new StoredCopies(new Map(rows.map((row) => [keyOf(row), { ...row, revision: Number(row.revision) }])));
  }

  /** Keeps the newer copy, whichever comes first. */
  async keep(tx: Tx, tenantId: string, copies: readonly (CopyKey & StoredCopy)[]): Promise<void> {
    if (copies.length === 0) return;
    await tx.query(
      `insert into record_copy as known (tenant_id, connection_id, resource, record_id, revision, etag, fields)
       select $1, c."connectionId", c.resource, c."recordId", c.revision, c.etag, c.fields
       from jsonb_to_recordset($2::jsonb) as c("connectionId" uuid, resource text, "recordId" text, revision bigint, etag text,
         fields jsonb)
       order by c."recordId" collate "C"
       on conflict (tenant_id, connection_id, resource, record_id) do update
         set revision = excluded.revision, etag = excluded.etag, fields = excluded.fields
         where known.revision <= excluded.revision`,
      [tenantId, JSON.stringify(copies)],
    );
  }
}
