import { Injectable } from '@nestjs/common';
import type { EntityType } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

/** Links are keyed by connection: two connections may know different records by the same id. */
export interface LinkScope {
  readonly tenantId: string;
  readonly connectionId: string;
}

export interface RecordKey {
  readonly resource: string;
  readonly recordId: string;
  readonly entityType: EntityType;
}

export interface RecordLink {
  readonly entityId: string;
  readonly revision: number;
}

export interface NewLink {
  readonly resource: string;
  readonly recordId: string;
  readonly entityType: EntityType;
  readonly entityId: string;
}

/** Ids of entities by what names their records. */
export class EntityIds {
  private readonly ids = new Map<string, string>();

  static key({ resource, recordId }: { resource: string; recordId: string }): string {
    return `${resource}/${recordId}`;
  }

  add(rows: readonly { resource: string; record_id: string; entity_id: string }[]): this {
    for (const row of rows) this.ids.set(`${row.resource}/${row.record_id}`, row.entity_id);
    return this;
  }

  get size(): number {
    return this.ids.size;
  }

  of(key: { resource: string; recordId: string }): string {
    const id = this.ids.get(EntityIds.key(key));
    if (id === undefined) throw new Error(`No entity id was reserved for ${EntityIds.key(key)}.`);
    return id;
  }
}

interface LinkRow {
  readonly resource: string;
  readonly record_id: string;
  readonly entity_id: string;
}

const keyColumns = 'k(resource text, record_id text, entity_type text)';
const knownLinks = `
  select l.resource, l.record_id, l.entity_id
  from jsonb_to_recordset($3::jsonb) as ${keyColumns}
  join entity_link l
    on l.tenant_id = $1 and l.connection_id = $2 and l.resource = k.resource and l.record_id = k.record_id`;

@Injectable()
export class CrosswalkRepository {
  /**
   * The entity of each record; the first mention of a record reserves an id for it. Keys are distinct. Pages that mention
   * the same unknown records wait for each other in the order of the keys, so none can wait in a circle.
   */
  async reserve(tx: Tx, { tenantId, connectionId }: LinkScope, keys: readonly RecordKey[]): Promise<EntityIds> {
    const rows = keys.map((key) => ({
      resource: key.resource,
      record_id: key.recordId,
      entity_type: key.entityType,
    }));
    const params = [tenantId, connectionId, JSON.stringify(rows)];
    const found = await tx.query<LinkRow>(
      `with known as (${knownLinks}), reserved as (
         insert into entity_link (tenant_id, connection_id, resource, record_id, entity_id, entity_type, state, revision)
         select $1, $2, k.resource, k.record_id, gen_random_uuid(), k.entity_type, 'reserved', 0
         from jsonb_to_recordset($3::jsonb) as ${keyColumns}
         where (k.resource, k.record_id) not in (select resource, record_id from known)
         order by k.resource collate "C", k.record_id collate "C"
         on conflict do nothing
         returning resource, record_id, entity_id)
       select * from known union all select * from reserved`,
      params,
    );
    const ids = new EntityIds().add(found);
    // Another page reserved some of them between our snapshot and our insert: they are committed now.
    return ids.size < keys.length ? ids.add(await tx.query<LinkRow>(knownLinks, params)) : ids;
  }

  /** The links of a page's own records, locked: copies of one record are applied one after another. */
  async lock(
    tx: Tx,
    { tenantId, connectionId }: LinkScope,
    resource: string,
    recordIds: readonly string[],
  ): Promise<ReadonlyMap<string, RecordLink>> {
    const rows = await tx.query<{ record_id: string; entity_id: string; revision: string }>(
      `select record_id, entity_id, revision::text from entity_link
       where tenant_id = $1 and connection_id = $2 and resource = $3 and record_id = any($4::text[])
       order by record_id collate "C" for update`,
      [tenantId, connectionId, resource, recordIds],
    );
    return new Map(rows.map((row) => [row.record_id, { entityId: row.entity_id, revision: Number(row.revision) }]));
  }

  /** Notes which revisions were applied. */
  async advance(
    tx: Tx,
    { tenantId, connectionId }: LinkScope,
    resource: string,
    applied: readonly { recordId: string; revision: number }[],
  ): Promise<void> {
    if (applied.length === 0) return;
    await tx.query(
      `update entity_link l set revision = a.revision, state = 'linked'
       from jsonb_to_recordset($4::jsonb) as a("recordId" text, revision bigint)
       where l.tenant_id = $1 and l.connection_id = $2 and l.resource = $3 and l.record_id = a."recordId"
         and l.revision < a.revision`,
      [tenantId, connectionId, resource, JSON.stringify(applied)],
    );
  }

  /** The record's entity after trying to link it: another one than asked for when the record was linked before. */
  async link(tx: Tx, { tenantId, connectionId }: LinkScope, link: NewLink): Promise<string> {
    const [row] = await tx.query<{ entity_id: string }>(
      `insert into entity_link as known (tenant_id, connection_id, resource, record_id, entity_id, entity_type, state, revision)
       values ($1, $2, $3, $4, $5, $6, 'linked', 0)
       on conflict (tenant_id, connection_id, resource, record_id) do update set state = 'linked'
       returning entity_id`,
      [tenantId, connectionId, link.resource, link.recordId, link.entityId, link.entityType],
    );
    return row?.entity_id ?? link.entityId;
  }

  /** Which records of a connection these entities are. */
  async recordsOf(
    tx: Tx,
    { tenantId, connectionId }: LinkScope,
    resource: string,
    entityIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const rows = await tx.query<{ entity_id: string; record_id: string }>(
      `select entity_id, record_id from entity_link
       where tenant_id = $1 and connection_id = $2 and resource = $3 and entity_id = any($4::uuid[])
       order by record_id desc`,
      [tenantId, connectionId, resource, entityIds],
    );
    return new Map(rows.map((row) => [row.entity_id, row.record_id]));
  }
}
