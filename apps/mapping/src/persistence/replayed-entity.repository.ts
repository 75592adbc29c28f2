import { Injectable } from '@nestjs/common';
import type { EntityType, Provider } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { State } from '../domain/entity-state.js';

/** Which entities of a tenant are told again: those that match everything given; an empty list matches all. */
export interface ReplayFilter {
  readonly entityTypes: readonly EntityType[];
  readonly entityIds: readonly string[];
  readonly changedFrom: string | null;
  readonly changedTo: string | null;
}

export interface PageOfReplay extends ReplayFilter {
  readonly tenantId: string;
  /** Entities that were first seen later are live events' affair; without them a replay has an end. */
  readonly startedAt: string;
  readonly after: string | null;
  readonly limit: number;
}

/** An entity as it stands, and the record that last changed it. */
export interface ReplayedEntity {
  readonly entityId: string;
  readonly entityType: EntityType;
  readonly epoch: number;
  readonly version: number;
  readonly state: State;
  readonly deleted: boolean;
  /** Where it went, when it was found to be the same as another. */
  readonly mergedInto: string | null;
  readonly normalizerVersion: number;
  readonly source: {
    readonly provider: Provider;
    readonly connectionId: string;
    readonly resource: string;
    readonly recordId: string;
    readonly revision: number;
  };
}

type EntityRow = Omit<ReplayedEntity, 'version' | 'source'> & { readonly version: string };
type SourceRow = Omit<ReplayedEntity['source'], 'revision'> & { readonly entityId: string; readonly revision: string };

const matches = `e.tenant_id = $1
  and (cardinality($2::text[]) = 0 or e.entity_type = any($2::text[]))
  and (cardinality($3::uuid[]) = 0 or e.entity_id = any($3::uuid[]))
  and ($4::timestamptz is null or e.updated_at >= $4)
  and ($5::timestamptz is null or e.updated_at < $5)`;

@Injectable()
export class ReplayedEntityRepository {
  async count(tx: Tx, tenantId: string, filter: ReplayFilter): Promise<number> {
    const [row] = await tx.query<{ count: number }>(`select count(*)::int as count from entity e where ${matches}`, [
      tenantId,
      ...paramsOf(filter),
    ]);
    return row?.count ?? 0;
  }

  /**
   * The next entities in the order of their ids, locked until the transaction ends. They are locked as pages of records lock
   * them, and only then read: nothing that happens to them can come between what is read here and what is written of it.
   */
  async lockPage(tx: Tx, page: PageOfReplay): Promise<ReplayedEntity[]> {
    const entities = await tx.query<EntityRow>(
      `select e.*
       from (select e.entity_id as id from entity e
             where ${matches} and e.created_at <= $6 and ($7::uuid is null or e.entity_id > $7)
             order by e.entity_id limit $8) k
       cross join lateral (
         select entity_id as "entityId", entity_type as "entityType", epoch, version::text, state,
           deleted_at is not null as deleted, merged_into as "mergedInto", normalizer_version as "normalizerVersion"
         from entity where tenant_id = $1 and entity_id = k.id offset 0 for update) e`,
      [page.tenantId, ...paramsOf(page), page.startedAt, page.after, page.limit],
    );
    const sources = await this.sourcesOf(
      tx,
      page.tenantId,
      entities.map(({ entityId, mergedInto }) => mergedInto ?? entityId),
    );
    return entities.map((entity) => ({
      ...entity,
      version: Number(entity.version),
      source: sourceIn(sources, entity.mergedInto ?? entity.entityId),
    }));
  }

  private async sourcesOf(
    tx: Tx,
    tenantId: string,
    entityIds: readonly string[],
  ): Promise<ReadonlyMap<string, ReplayedEntity['source']>> {
    const rows = await tx.query<SourceRow>(
      `select distinct on (l.entity_id) l.entity_id as "entityId", c.provider, l.connection_id as "connectionId", l.resource,
         l.record_id as "recordId", l.revision::text
       from (select distinct id from unnest($2::uuid[]) id) k
       cross join lateral (
         select * from entity_link where tenant_id = $1 and entity_id = k.id and state = 'linked' offset 0) l
       join connection c on c.tenant_id = $1 and c.connection_id = l.connection_id
       order by l.entity_id, l.revision desc, l.connection_id, l.resource, l.record_id`,
      [tenantId, entityIds],
    );
    return new Map(
      rows.map(({ entityId, revision, ...source }) => [entityId, { ...source, revision: Number(revision) }]),
    );
  }
}

function paramsOf({ entityTypes, entityIds, changedFrom, changedTo }: ReplayFilter): unknown[] {
  return [entityTypes, entityIds, changedFrom, changedTo];
}

function sourceIn(sources: ReadonlyMap<string, ReplayedEntity['source']>, entityId: string): ReplayedEntity['source'] {
  const source = sources.get(entityId);
  if (source === undefined) throw new Error(`No record was applied to entity ${entityId}.`);
  return source;
}
