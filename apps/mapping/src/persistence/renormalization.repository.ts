import { Injectable } from '@nestjs/common';
import type { Provider } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { NormalizerInUse } from '../domain/normalizers/catalogue.js';
import type { ResourceScope } from './crosswalk.repository.js';

/** A connection of which records were normalized, or refused, by an older version than there is now. */
export interface OutdatedConnection {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly provider: Provider;
  readonly resources: readonly { readonly resource: string; readonly version: number }[];
  /** When that was found out, by the database's clock. */
  readonly foundAt: string;
}

@Injectable()
export class RenormalizationRepository {
  /**
   * What is outdated and not asked for yet, of all tenants. What stays outdated although it was asked for (a record that
   * cannot be read now) is not asked for again; what an older replica made since then is. Entities are not told apart by
   * connection, so a tenant's other connection to the same provider is asked too, in vain and once.
   */
  async outdated(tx: Tx, normalizers: readonly NormalizerInUse[]): Promise<OutdatedConnection[]> {
    // Each older version is looked up by itself: that is a step into the index, where a range of versions may be a scan.
    return tx.query<OutdatedConnection>(
      `select c.tenant_id as "tenantId", c.connection_id as "connectionId", c.provider,
         jsonb_agg(jsonb_build_object('resource', n.resource, 'version', n.version)) as resources, now()::text as "foundAt"
       from jsonb_to_recordset($1::jsonb) as n(provider text, resource text, "entityType" text, version int)
       join connection c on c.provider = n.provider and c.status <> 'disconnected'
       left join renormalization r
         on r.tenant_id = c.tenant_id and r.connection_id = c.connection_id and r.resource = n.resource
       cross join lateral (
         select case when r.version is null or r.version < n.version then '-infinity'::timestamptz
           when r.version = n.version then r.asked_at else 'infinity' end as since) asked
       cross join lateral (
         select max(e.updated_at) as newest from generate_series(1, n.version - 1) as older(version)
         cross join lateral (
           select updated_at from entity
           where tenant_id = c.tenant_id and entity_type = n."entityType" and normalizer_version = older.version
             and merged_into is null
           order by updated_at desc limit 1) e) outdated
       where outdated.newest > asked.since
         or exists (
           select from record_error x
           where x.tenant_id = c.tenant_id and x.connection_id = c.connection_id and x.resource = n.resource
             and x.normalizer_version < n.version and x.occurred_at > asked.since)
       group by c.tenant_id, c.connection_id`,
      [JSON.stringify(normalizers)],
    );
  }

  /** Notes that these resources are asked for; answers those that nobody else has noted meanwhile. */
  async ask(tx: Tx, { tenantId, connectionId, resources, foundAt }: OutdatedConnection): Promise<string[]> {
    const rows = await tx.query<{ resource: string }>(
      `insert into renormalization as known (tenant_id, connection_id, resource, version, asked_at)
       select $1, $2, o.resource, o.version, clock_timestamp()
       from jsonb_to_recordset($3::jsonb) as o(resource text, version int)
       order by o.resource collate "C"
       on conflict (tenant_id, connection_id, resource) do update
         set version = excluded.version, asked_at = excluded.asked_at
         where known.version < excluded.version or (known.version = excluded.version and known.asked_at < $4)
       returning resource`,
      [tenantId, connectionId, JSON.stringify(resources), foundAt],
    );
    return rows.map(({ resource }) => resource);
  }

  /** The normalizer version for which the records of a resource were asked for last. */
  async versionOf(tx: Tx, { tenantId, connectionId, resource }: ResourceScope): Promise<number | null> {
    const [row] = await tx.query<{ version: number }>(
      'select version from renormalization where tenant_id = $1 and connection_id = $2 and resource = $3',
      [tenantId, connectionId, resource],
    );
    return row?.version ?? null;
  }
}
