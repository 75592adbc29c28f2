import { Injectable } from '@nestjs/common';
import { AppError, type EntityType } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { KnownEntity } from '../domain/entity-change.js';
import type { State } from '../domain/entity-state.js';
import type { ConfirmedEntity } from '../domain/record-page.js';

export interface EntityWrite {
  readonly entityId: string;
  readonly epoch: number;
  /** The version the entity will have: one more than it has. */
  readonly version: number;
  readonly title: string;
  readonly state: State;
  readonly contentHash: string;
  readonly deleted: boolean;
}

/** An id that was reserved for a record and mentioned, and never became an entity of its own. */
export interface RedirectedEntity {
  readonly recordId: string;
  readonly revision: number;
  readonly entityId: string;
  readonly intoId: string;
  readonly state: State;
}

interface Writing {
  readonly tenantId: string;
  readonly entityType: EntityType;
  readonly normalizerVersion: number;
}

interface EntityRow {
  readonly entity_id: string;
  readonly epoch: number;
  readonly version: string;
  readonly state: State;
  readonly content_hash: string;
  readonly deleted: boolean;
  readonly normalizer_version: number;
}

@Injectable()
export class EntityRepository {
  /** Those of the entities that exist, locked until the transaction ends. */
  async lock(tx: Tx, tenantId: string, entityIds: readonly string[]): Promise<ReadonlyMap<string, KnownEntity>> {
    const rows = await tx.query<EntityRow>(
      `select e.*
       from (select distinct id from unnest($2::uuid[]) id order by id) k
       cross join lateral (
         select entity_id, epoch, version::text, state, content_hash, deleted_at is not null as deleted, normalizer_version
         from entity where tenant_id = $1 and entity_id = k.id offset 0 for update) e`,
      [tenantId, entityIds],
    );
    return new Map(
      rows.map((row) => [
        row.entity_id,
        {
          entityId: row.entity_id,
          epoch: row.epoch,
          version: Number(row.version),
          state: row.state,
          contentHash: row.content_hash,
          deleted: row.deleted,
          normalizerVersion: row.normalizer_version,
        },
      ]),
    );
  }

  /** Writes entities that were locked before. A version is never used twice: the loser of a race fails and is repeated. */
  async save(
    tx: Tx,
    { tenantId, entityType, normalizerVersion }: Writing,
    entities: readonly EntityWrite[],
  ): Promise<void> {
    if (entities.length === 0) return;
    const [written] = await tx.query<{ count: number }>(
      `with written as (
         insert into entity as known (tenant_id, entity_id, entity_type, epoch, version, title, state, content_hash,
           normalizer_version, deleted_at, created_at, updated_at)
         select $1, w."entityId", $2, w.epoch, w.version, w.title, w.state, w."contentHash", $3,
           case when w.deleted then now() end, now(), now()
         from jsonb_to_recordset($4::jsonb) as w("entityId" uuid, epoch int, version bigint, title text, state jsonb,
           "contentHash" text, deleted boolean)
         order by w."entityId"
         on conflict (tenant_id, entity_id) do update set version = excluded.version, title = excluded.title,
           state = excluded.state, content_hash = excluded.content_hash, normalizer_version = excluded.normalizer_version,
           deleted_at = excluded.deleted_at, updated_at = excluded.updated_at
         where known.version = excluded.version - 1 and known.epoch = excluded.epoch
         returning 1)
       select count(*)::int as count from written`,
      [tenantId, entityType, normalizerVersion, JSON.stringify(entities.map(toColumns))],
    );
    if (written?.count === entities.length) return;
    throw new AppError('internal', 'mapping.version_taken', 'Another transaction changed the same entity meanwhile.');
  }

  /** Ids that were mentioned answer from now on where they went. */
  async saveRedirects(
    tx: Tx,
    { tenantId, entityType, normalizerVersion }: Writing,
    redirects: readonly RedirectedEntity[],
  ): Promise<void> {
    if (redirects.length === 0) return;
    await tx.query(
      `insert into entity (tenant_id, entity_id, entity_type, epoch, version, title, state, content_hash, normalizer_version,
         merged_into, deleted_at, created_at, updated_at)
       select $1, r."entityId", $2, 0, 1, '', r.state, '', $3, r."intoId", now(), now(), now()
       from jsonb_to_recordset($4::jsonb) as r("entityId" uuid, "intoId" uuid, state jsonb)`,
      [tenantId, entityType, normalizerVersion, JSON.stringify(redirects)],
    );
  }

  /** Notes that a newer normalizer would make them as they are; nothing happened to them that others should know. */
  async confirm(tx: Tx, { tenantId, normalizerVersion }: Writing, entities: readonly ConfirmedEntity[]): Promise<void> {
    if (entities.length === 0) return;
    await tx.query(
      `update entity e set normalizer_version = $2, title = coalesce(c.title, e.title)
       from jsonb_to_recordset($3::jsonb) as c("entityId" uuid, title text)
       where e.tenant_id = $1 and e.entity_id = c."entityId" and e.normalizer_version < $2`,
      [tenantId, normalizerVersion, JSON.stringify(entities)],
    );
  }

  async titlesOf(tx: Tx, tenantId: string, entityIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await tx.query<{ entity_id: string; title: string }>(
      'select entity_id, title from entity where tenant_id = $1 and entity_id = any($2::uuid[])',
      [tenantId, entityIds],
    );
    return new Map(rows.map((row) => [row.entity_id, row.title]));
  }
}

/** Callers may hand over more than is kept. */
function toColumns({ entityId, epoch, version, title, state, contentHash, deleted }: EntityWrite): EntityWrite {
  return { entityId, epoch, version, title, state, contentHash, deleted };
}
