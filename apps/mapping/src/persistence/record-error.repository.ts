import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import type { ResourceScope } from './crosswalk.repository.js';

export interface RecordErrorRow {
  readonly recordId: string;
  readonly revision: number;
  readonly code: string;
  readonly reason: string;
}

@Injectable()
export class RecordErrorRepository {
  async keep(
    tx: Tx,
    { tenantId, connectionId, resource, normalizerVersion }: ResourceScope & { readonly normalizerVersion: number },
    errors: readonly RecordErrorRow[],
  ): Promise<void> {
    if (errors.length === 0) return;
    await tx.query(
      `insert into record_error as known (tenant_id, connection_id, resource, record_id, revision, code, reason,
         occurred_at, normalizer_version)
       select $1, $2, $3, e."recordId", e.revision, e.code, e.reason, now(), $5
       from jsonb_to_recordset($4::jsonb) as e("recordId" text, revision bigint, code text, reason text)
       order by e."recordId" collate "C"
       on conflict (tenant_id, connection_id, resource, record_id) do update
         set revision = excluded.revision, code = excluded.code, reason = excluded.reason,
           occurred_at = excluded.occurred_at, normalizer_version = excluded.normalizer_version
         where known.revision <= excluded.revision`,
      [tenantId, connectionId, resource, JSON.stringify(errors), normalizerVersion],
    );
  }

  /** Forgets the errors of records of which a copy as new could be read after all. */
  async clear(
    tx: Tx,
    { tenantId, connectionId, resource }: ResourceScope,
    applied: readonly { recordId: string; revision: number }[],
  ): Promise<void> {
    if (applied.length === 0) return;
    await tx.query(
      `delete from record_error where tenant_id = $1 and ctid = any(array(
         select e.ctid
         from unnest($4::text[], $5::bigint[]) as a(record_id, revision)
         cross join lateral (
           select ctid from record_error
           where tenant_id = $1 and connection_id = $2 and resource = $3 and record_id = a.record_id
             and revision <= a.revision offset 0) e))`,
      [
        tenantId,
        connectionId,
        resource,
        applied.map(({ recordId }) => recordId),
        applied.map(({ revision }) => revision),
      ],
    );
  }
}
