import { Injectable } from '@nestjs/common';
import type { EntityType, EntityView } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export interface EntitySearch {
  readonly entityTypes: readonly EntityType[];
  readonly text: string | null;
  readonly entityId: string | null;
  readonly after: EntityPlace | null;
  readonly limit: number;
}

/** A place in the list of entities, newest change first. */
export interface EntityPlace {
  readonly updatedAt: string;
  readonly entityId: string;
}

interface ViewRow {
  readonly entity_id: string;
  readonly entity_type: EntityType;
  readonly epoch: number;
  readonly version: string;
  readonly title: string;
  readonly state: Record<string, unknown>;
  readonly deleted: boolean;
  readonly merged_into: string | null;
  readonly updated_at: string;
  readonly links: EntityView['links'];
}

const likeSpecials = /[\\%_]/g;

const columns = `e.entity_id, e.entity_type, e.epoch, e.version::text, e.title, e.state, e.deleted_at is not null as deleted, e.merged_into,
   to_char(e.updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as updated_at,
   coalesce((
     select jsonb_agg(jsonb_build_object('provider', c.provider, 'connectionId', l.connection_id,
       'resource', l.resource, 'recordId', l.record_id,
       'matched', l.matched) order by c.provider, l.resource, l.record_id)
     from entity_link l
     join connection c on c.tenant_id = l.tenant_id and c.connection_id = l.connection_id
     where l.tenant_id = $1 and l.entity_id = e.entity_id and l.state = 'linked'), '[]') as links`;

/** Entities as people and the API see them. */
@Injectable()
export class EntityViewRepository {
  /** Each type is read along its own index, so a search over all types costs little more than one. */
  async search(tx: Tx, tenantId: string, search: EntitySearch): Promise<EntityView[]> {
    const pattern = search.text === null ? null : `%${search.text.replace(likeSpecials, '\\$&')}%`;
    const rows = await tx.query<ViewRow>(
      `select ${columns}
       from unnest($2::text[]) as t(entity_type)
       cross join lateral (
         select * from entity n
         where n.tenant_id = $1 and n.entity_type = t.entity_type
           and ($3::uuid is null or n.entity_id = $3)
           and ($4::text is null or n.title ilike $4)
           and ($5::timestamptz is null or (n.updated_at, n.entity_id) < ($5, $6::uuid))
         order by n.updated_at desc, n.entity_id desc limit $7) as e
       order by e.updated_at desc, e.entity_id desc limit $7`,
      [
        tenantId,
        search.entityTypes,
        search.entityId,
        pattern,
        search.after?.updatedAt ?? null,
        search.after?.entityId ?? null,
        search.limit,
      ],
    );
    return rows.map(toView);
  }

  async byIds(tx: Tx, tenantId: string, entityIds: readonly string[]): Promise<EntityView[]> {
    const rows = await tx.query<ViewRow>(
      `select ${columns} from entity e where e.tenant_id = $1 and e.entity_id = any($2::uuid[])`,
      [tenantId, entityIds],
    );
    return rows.map(toView);
  }

  async count(tx: Tx, tenantId: string): Promise<{ entityType: EntityType; count: number }[]> {
    const rows = await tx.query<{ entity_type: EntityType; count: number }>(
      `select entity_type, count(*)::int as count from entity
       where tenant_id = $1 and deleted_at is null group by entity_type order by entity_type`,
      [tenantId],
    );
    return rows.map((row) => ({ entityType: row.entity_type, count: row.count }));
  }
}

function toView(row: ViewRow): EntityView {
  return {
    entityType: row.entity_type,
    entityId: row.entity_id,
    version: { epoch: row.epoch, n: Number(row.version) },
    title: row.title,
    state: row.state,
    deleted: row.deleted,
    mergedInto: row.merged_into,
    updatedAt: row.updated_at,
    links: row.links,
  };
}
