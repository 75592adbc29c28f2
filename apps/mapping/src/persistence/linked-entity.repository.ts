import { Injectable } from '@nestjs/common';
import type { EntityType } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { LinkedEntity, LinkedRecord } from '../domain/identity/merging.js';
import type { State } from '../domain/entity-state.js';

interface EntityRow {
  readonly entityId: string;
  readonly entityType: EntityType;
  readonly epoch: number;
  readonly version: string;
  readonly title: string;
  readonly state: State;
  readonly contentHash: string;
  readonly deleted: boolean;
  readonly mergedInto: string | null;
  readonly normalizerVersion: number;
}

type LinkRow = Omit<LinkedRecord, 'revision'> & { readonly entityId: string; readonly revision: string };

export type LinkKey = Pick<LinkedRecord, 'connectionId' | 'resource' | 'recordId'>;

/** Entities together with the links of their records, for what moves links from one to another. */
@Injectable()
export class LinkedEntityRepository {
  /** Locks the links first and the entities after them, each by key, as pages of records do. */
  async lockLinks(tx: Tx, tenantId: string, entityIds: readonly string[]): Promise<void> {
    await tx.query(
      `select 1 from entity_link where tenant_id = $1 and entity_id = any($2::uuid[])
       order by connection_id, resource collate "C", record_id collate "C" for update`,
      [tenantId, entityIds],
    );
  }

  async lock(tx: Tx, tenantId: string, entityIds: readonly string[]): Promise<ReadonlyMap<string, LinkedEntity>> {
    const entities = await tx.query<EntityRow>(
      `select e.*
       from (select distinct id from unnest($2::uuid[]) id order by id) k
       cross join lateral (
         select entity_id as "entityId", entity_type as "entityType", epoch, version::text, title, state,
           content_hash as "contentHash", deleted_at is not null as deleted, merged_into as "mergedInto",
           normalizer_version as "normalizerVersion"
         from entity where tenant_id = $1 and entity_id = k.id offset 0 for update) e`,
      [tenantId, entityIds],
    );
    const links = await tx.query<LinkRow>(
      `select l.entity_id as "entityId", c.provider, l.connection_id as "connectionId", l.resource, l.record_id as "recordId",
         l.revision::text, l.former_entity_id as "formerId"
       from entity_link l join connection c on c.tenant_id = l.tenant_id and c.connection_id = l.connection_id
       where l.tenant_id = $1 and l.entity_id = any($2::uuid[]) order by l.revision desc, l.record_id`,
      [tenantId, entityIds],
    );
    const linksOf = (id: string) =>
      links
        .filter(({ entityId }) => entityId === id)
        .map(({ entityId: _entityId, revision, ...link }) => ({ ...link, revision: Number(revision) }));
    return new Map(
      entities.map((row) => [row.entityId, { ...row, version: Number(row.version), links: linksOf(row.entityId) }]),
    );
  }

  /** All records of an entity become records of another one, and so do the ids that led to it. */
  async moveAll(tx: Tx, tenantId: string, fromId: string, toId: string): Promise<void> {
    await tx.query(
      `update entity_link set entity_id = $3, former_entity_id = $2, matched = null where tenant_id = $1 and entity_id = $2`,
      [tenantId, fromId, toId],
    );
    await tx.query('update entity set merged_into = $3 where tenant_id = $1 and merged_into = $2', [
      tenantId,
      fromId,
      toId,
    ]);
  }

  /** One record becomes that of another entity. Its next copy counts whatever its revision, for its state is a copy until then. */
  async moveOne(tx: Tx, tenantId: string, key: LinkKey, toId: string): Promise<void> {
    await tx.query(
      `update entity_link set entity_id = $5, former_entity_id = null, matched = null, revision = 0
       where tenant_id = $1 and connection_id = $2 and resource = $3 and record_id = $4`,
      [tenantId, key.connectionId, key.resource, key.recordId, toId],
    );
  }

  /** A record turned out to be another one: it has nothing to agree on with its counterparts any more. */
  async dissolve(tx: Tx, tenantId: string, entityType: EntityType, { connectionId, recordId }: LinkKey): Promise<void> {
    await tx.query(
      `with dissolved as (
         delete from agreement where tenant_id = $1 and entity_type = $4
           and ((clio_connection_id = $2 and clio_record_id = $3) or (ghl_connection_id = $2 and ghl_record_id = $3))
         returning agreement_id)
       delete from conflict c using dissolved d where c.tenant_id = $1 and c.agreement_id = d.agreement_id`,
      [tenantId, connectionId, recordId, entityType],
    );
  }

  /** What is left of an entity after a split was partly another's. */
  async expectAgain(tx: Tx, tenantId: string, entityId: string): Promise<void> {
    await tx.query(`update entity_link set revision = 0 where tenant_id = $1 and entity_id = $2`, [tenantId, entityId]);
  }

  /** An entity as it is from now on: gone into another one, or there (again). */
  async save(tx: Tx, tenantId: string, entity: Omit<LinkedEntity, 'links'>): Promise<void> {
    const { entityId, entityType, epoch, version, title, state, contentHash, deleted, mergedInto, normalizerVersion } =
      entity;
    await tx.query(
      `insert into entity (tenant_id, entity_id, entity_type, epoch, version, title, state, content_hash, normalizer_version,
         merged_into, deleted_at, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $11 then now() end, now(), now())
       on conflict (tenant_id, entity_id) do update set version = excluded.version, title = excluded.title,
         state = excluded.state, content_hash = excluded.content_hash, normalizer_version = excluded.normalizer_version,
         merged_into = excluded.merged_into, deleted_at = excluded.deleted_at, updated_at = excluded.updated_at`,
      [
        tenantId,
        entityId,
        entityType,
        epoch,
        version,
        title,
        state,
        contentHash,
        normalizerVersion,
        mergedInto,
        deleted,
      ],
    );
  }
}
