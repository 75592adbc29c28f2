import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import type { State } from '../domain/entity-state.js';

export interface KeyedRecord {
  /** The caller's name for it. */
  readonly id: string;
  readonly keys: readonly string[];
}

export interface FoundCandidate {
  readonly id: string;
  readonly entityId: string;
  readonly state: State;
}

/** So many entities are read under one key, and so many at most are compared with a record: a name that all bear costs no more. */
const perKey = 200;
const perRecord = 30;

/** Where contacts are looked up by what they have in common. */
@Injectable()
export class IdentityRepository {
  /** Whoever decides who is who in a tenant waits here: of two that arrive at once, the second finds the first. */
  async serialize(tx: Tx, tenantId: string): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`identity/${tenantId}`]);
  }

  /** Entities of the other account that share a key and have no record in this one: those that share most keys first. */
  async candidates(
    tx: Tx,
    tenantId: string,
    sides: { readonly own: string; readonly other: string },
    records: readonly KeyedRecord[],
  ): Promise<FoundCandidate[]> {
    const wanted = records.flatMap(({ id, keys }) => keys.map((key) => ({ id, key })));
    return tx.query<FoundCandidate>(
      `with hit as (
         select w.id, k.entity_id, count(*) as keys
         from jsonb_to_recordset($4::jsonb) as w(id text, key text)
         cross join lateral (
           select entity_id from identity_key
           where tenant_id = $1 and connection_id = $3 and key = w.key limit ${perKey}) k
         group by 1, 2),
       place as (
         select id, entity_id, row_number() over (partition by id order by keys desc, entity_id) as place
         from hit h
         where not exists (
           select from entity_link l where l.tenant_id = $1 and l.entity_id = h.entity_id and l.connection_id = $2))
       select p.id, p.entity_id as "entityId", e.state
       from place p
       cross join lateral (
         select state from entity where tenant_id = $1 and entity_id = p.entity_id and deleted_at is null offset 0) e
       where p.place <= ${perRecord}
       order by p.id, p.place`,
      [tenantId, sides.own, sides.other, JSON.stringify(wanted)],
    );
  }

  /** Which of the keys contacts of an account already have. */
  async heldKeys(tx: Tx, tenantId: string, connectionId: string, keys: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ key: string }>(
      `select k.key from (select distinct key from unnest($3::text[]) key) k
       where exists (select from identity_key h where h.tenant_id = $1 and h.connection_id = $2 and h.key = k.key)`,
      [tenantId, connectionId, keys],
    );
    return rows.map(({ key }) => key);
  }

  /** From now on the entities are found under these keys among those of the account, and no others. */
  async keep(tx: Tx, tenantId: string, connectionId: string, entities: readonly KeyedRecord[]): Promise<void> {
    if (entities.length === 0) return;
    const ids = entities.map(({ id }) => id);
    const rows = JSON.stringify(entities.flatMap(({ id, keys }) => keys.map((key) => ({ id, key }))));
    await tx.query(
      `delete from identity_key k where k.tenant_id = $1 and k.connection_id = $2 and k.entity_id = any($3::uuid[])
         and (k.entity_id, k.key) not in (select id, key from jsonb_to_recordset($4::jsonb) as w(id uuid, key text))`,
      [tenantId, connectionId, ids, rows],
    );
    await tx.query(
      `insert into identity_key (tenant_id, connection_id, key, entity_id)
       select $1, $2, key, id from jsonb_to_recordset($3::jsonb) as w(id uuid, key text)
       order by key collate "C", id on conflict do nothing`,
      [tenantId, connectionId, rows],
    );
  }

  /** Whatever an entity was found under, another one is found under instead. */
  async hand(tx: Tx, tenantId: string, fromId: string, toId: string): Promise<void> {
    await tx.query('update identity_key set entity_id = $3 where tenant_id = $1 and entity_id = $2', [
      tenantId,
      fromId,
      toId,
    ]);
  }
}
