import { Injectable } from '@nestjs/common';
import type { EntityType } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

/** Links are keyed by connection: two connections may know different records by the same id. */
export interface LinkScope {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** The records of one resource of a connection, and what they become. */
export interface ResourceScope extends LinkScope {
  readonly resource: string;
  readonly entityType: EntityType;
}

export interface RecordKey {
  readonly resource: string;
  readonly recordId: string;
  readonly entityType: EntityType;
}

export interface RecordLink {
  readonly entityId: string;
  readonly revision: number;
  /** false while the record was only mentioned. */
  readonly isLinked: boolean;
}

/** A record that turned out to be a known entity, and what it was until then. */
export interface Adoption {
  readonly recordId: string;
  readonly entityId: string;
  /** null when nobody has mentioned the record yet. */
  readonly formerId: string | null;
  readonly matched: { readonly probability: number; readonly evidence: readonly string[] };
}

export interface AppliedRecord {
  readonly recordId: string;
  readonly entityId: string;
  readonly revision: number;
}

export interface NewLink {
  readonly resource: string;
  readonly recordId: string;
  readonly entityType: EntityType;
  readonly entityId: string;
}

/** What the record and the entity are linked with after the attempt: with each other, where nothing stood in the way. */
export interface LinkOutcome {
  readonly entityId: string;
  readonly linkedEntityId: string;
  readonly linkedRecordId: string;
}

/** Ids of entities by what names their records. */
export class EntityIds {
  private readonly ids = new Map<string, string>();
  private readonly fresh = new Set<string>();

  static key({ resource, recordId }: { resource: string; recordId: string }): string {
    return `${resource}/${recordId}`;
  }

  add(rows: readonly LinkRow[]): this {
    for (const row of rows) {
      this.ids.set(`${row.resource}/${row.record_id}`, row.entity_id);
      if (row.is_fresh === true) this.fresh.add(row.entity_id);
    }
    return this;
  }

  /** Whether this transaction has reserved it, so that nobody else can have mentioned it. */
  isFresh(entityId: string): boolean {
    return this.fresh.has(entityId);
  }

  set(key: { resource: string; recordId: string }, entityId: string): void {
    this.ids.set(EntityIds.key(key), entityId);
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
  readonly is_fresh?: boolean;
}

const keyColumns = 'k(resource text, record_id text, entity_type text)';

// The lateral sub-select with an offset is looked up by the whole key for each row of k. A plain join leaves that to statistics,
// and a table that is being filled for the first time has none: the planner then reads all links of the connection each time.
const knownLinks = `
  select l.resource, l.record_id, l.entity_id
  from jsonb_to_recordset($3::jsonb) as ${keyColumns}
  cross join lateral (
    select resource, record_id, entity_id from entity_link
    where tenant_id = $1 and connection_id = $2 and resource = k.resource and record_id = k.record_id offset 0) l`;

// UUID version 7: entities made together lie together in every index, which halves the pages a backfill touches.
const newEntityId = `
  encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1),
    'hex')::uuid`;

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
         select $1, $2, k.resource, k.record_id, ${newEntityId}, k.entity_type, 'reserved', 0
         from jsonb_to_recordset($3::jsonb) as ${keyColumns}
         where (k.resource, k.record_id) not in (select resource, record_id from known)
         order by k.resource collate "C", k.record_id collate "C"
         on conflict do nothing
         returning resource, record_id, entity_id)
       select *, false as is_fresh from known union all select *, true from reserved`,
      params,
    );
    const ids = new EntityIds().add(found);
    // Another page reserved some of them between our snapshot and our insert: they are committed now.
    return ids.size < keys.length ? ids.add(await tx.query<LinkRow>(knownLinks, params)) : ids;
  }

  /** The links of a page's own records, locked: copies of one record are applied one after another. */
  async lock(
    tx: Tx,
    { tenantId, connectionId, resource }: ResourceScope,
    recordIds: readonly string[],
  ): Promise<ReadonlyMap<string, RecordLink>> {
    const rows = await tx.query<{ record_id: string; entity_id: string; revision: string; is_linked: boolean }>(
      `select l.record_id, l.entity_id, l.revision::text, l.state = 'linked' as is_linked
       from (select id as record_id from unnest($4::text[]) id group by id order by id collate "C") k
       cross join lateral (
         select record_id, entity_id, revision, state from entity_link
         where tenant_id = $1 and connection_id = $2 and resource = $3 and record_id = k.record_id offset 0 for update) l`,
      [tenantId, connectionId, resource, recordIds],
    );
    return new Map(
      rows.map((row) => [
        row.record_id,
        { entityId: row.entity_id, revision: Number(row.revision), isLinked: row.is_linked },
      ]),
    );
  }

  /** Records whose links are locked become records of the entities they were found to be. */
  async adopt(tx: Tx, scope: ResourceScope, adoptions: readonly Adoption[]): Promise<void> {
    if (adoptions.length === 0) return;
    const { tenantId, connectionId, resource } = scope;
    await tx.query(
      `update entity_link l set entity_id = a."entityId", former_entity_id = a."formerId", matched = a.matched
       from jsonb_to_recordset($4::jsonb) as a("recordId" text, "entityId" uuid, "formerId" uuid, matched jsonb)
       where l.tenant_id = $1 and l.connection_id = $2 and l.resource = $3 and l.record_id = a."recordId"`,
      [tenantId, connectionId, resource, JSON.stringify(adoptions)],
    );
  }

  /**
   * Those of the entities whose state is another account's to give: while a Clio record is linked, it is Clio's, whatever
   * else is linked beside it.
   */
  async ledElsewhere(
    tx: Tx,
    { tenantId, connectionId }: LinkScope,
    entityIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ entity_id: string }>(
      `select l.entity_id
       from connection own
       join entity_link l on l.tenant_id = own.tenant_id and l.entity_id = any($3::uuid[]) and l.state = 'linked'
       join connection leader on leader.tenant_id = l.tenant_id and leader.connection_id = l.connection_id
       where own.tenant_id = $1 and own.connection_id = $2 and own.provider <> 'clio' and leader.provider = 'clio'`,
      [tenantId, connectionId, entityIds],
    );
    return new Set(rows.map((row) => row.entity_id));
  }

  /** Notes which revisions were applied, on links that were locked before. */
  async advance(tx: Tx, scope: ResourceScope, applied: readonly AppliedRecord[]): Promise<void> {
    if (applied.length === 0) return;
    const { tenantId, connectionId, resource, entityType } = scope;
    await tx.query(
      `insert into entity_link as known (tenant_id, connection_id, resource, record_id, entity_id, entity_type, state, revision)
       select $1, $2, $3, a."recordId", a."entityId", $4, 'linked', a.revision
       from jsonb_to_recordset($5::jsonb) as a("recordId" text, "entityId" uuid, revision bigint)
       on conflict (tenant_id, connection_id, resource, record_id) do update
         set revision = excluded.revision, state = excluded.state
         where known.revision < excluded.revision`,
      [tenantId, connectionId, resource, entityType, JSON.stringify(applied)],
    );
  }

  /**
   * Links a record that a write made or found. The first link stays, on either side: what stands in the way is answered. An entity
   * that was merged meanwhile is the one it went into.
   */
  async link(tx: Tx, { tenantId, connectionId }: LinkScope, link: NewLink): Promise<LinkOutcome> {
    const [merged] = await tx.query<{ merged_into: string }>(
      'select merged_into from entity where tenant_id = $1 and entity_id = $2 and merged_into is not null',
      [tenantId, link.entityId],
    );
    const entityId = merged?.merged_into ?? link.entityId;
    const [beside] = await tx.query<{ record_id: string }>(
      `select record_id from entity_link where tenant_id = $1 and entity_id = $2 and connection_id = $3
         and entity_type = 'contact' and (resource, record_id) <> ($4, $5)`,
      [tenantId, entityId, connectionId, link.resource, link.recordId],
    );
    if (beside !== undefined) return { entityId, linkedEntityId: entityId, linkedRecordId: beside.record_id };
    const [row] = await tx.query<{ entity_id: string }>(
      `insert into entity_link as known (tenant_id, connection_id, resource, record_id, entity_id, entity_type, state, revision)
       values ($1, $2, $3, $4, $5, $6, 'linked', 0)
       on conflict (tenant_id, connection_id, resource, record_id) do update set state = 'linked'
       returning entity_id`,
      [tenantId, connectionId, link.resource, link.recordId, entityId, link.entityType],
    );
    return { entityId, linkedEntityId: row?.entity_id ?? entityId, linkedRecordId: link.recordId };
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
