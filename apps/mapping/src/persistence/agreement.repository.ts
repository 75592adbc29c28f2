import { Injectable } from '@nestjs/common';
import type { EntityType } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { Fields } from '../domain/agreement/agreement.js';
import type { Policy, Side } from '../domain/agreement/mappings.js';
import type { Value } from '../domain/agreement/values.js';

export interface RecordPlace {
  readonly connectionId: string;
  readonly recordId: string;
}

/** A record of Clio and one of GHL that are to say the same. */
export interface Pair {
  readonly entityType: EntityType;
  readonly clio: RecordPlace;
  readonly ghl: RecordPlace;
}

/** A loop, or a side on which the record is gone. */
export type Halt = 'looping' | `${Side}_gone`;

export interface StoredAgreement extends Pair {
  readonly agreementId: string;
  readonly fields: Fields;
  /** Each has to end before the pair goes on. */
  readonly halted: readonly Halt[];
}

export interface NewAgreementWrite {
  readonly writeId: string;
  readonly agreementId: string;
  readonly side: Side;
  readonly fields: Readonly<Record<string, Value>>;
}

export interface ChosenPolicy {
  readonly clioConnectionId: string;
  readonly ghlConnectionId: string;
  readonly entityType: EntityType;
  readonly field: string;
  readonly policy: Policy;
}

interface Row {
  readonly agreementId: string;
  readonly entityType: EntityType;
  readonly clioConnectionId: string;
  readonly clioRecordId: string;
  readonly ghlConnectionId: string;
  readonly ghlRecordId: string;
  readonly fields: Fields;
  readonly halted: readonly Halt[];
}

const columns = `a.agreement_id as "agreementId", a.entity_type as "entityType", a.clio_connection_id as "clioConnectionId",
  a.clio_record_id as "clioRecordId", a.ghl_connection_id as "ghlConnectionId", a.ghl_record_id as "ghlRecordId", a.fields, a.halted`;

const toAgreement = (row: Row): StoredAgreement => ({
  agreementId: row.agreementId,
  entityType: row.entityType,
  clio: { connectionId: row.clioConnectionId, recordId: row.clioRecordId },
  ghl: { connectionId: row.ghlConnectionId, recordId: row.ghlRecordId },
  fields: row.fields,
  halted: row.halted,
});

const pairColumns = `p(entity_type text, clio_connection_id uuid, clio_record_id text, ghl_connection_id uuid, ghl_record_id text)`;

const toColumns = ({ entityType, clio, ghl }: Pair) => ({
  entity_type: entityType,
  clio_connection_id: clio.connectionId,
  clio_record_id: clio.recordId,
  ghl_connection_id: ghl.connectionId,
  ghl_record_id: ghl.recordId,
});

/** A firm that is written to without an end would fill the ledger of one record. */
const keptWritesDays = 30;

@Injectable()
export class AgreementRepository {
  /** The agreements of pairs, locked; a pair that is new gets one. */
  async open(tx: Tx, tenantId: string, pairs: readonly Pair[]): Promise<StoredAgreement[]> {
    const given = JSON.stringify(pairs.map(toColumns));
    await tx.query(
      `insert into agreement (tenant_id, agreement_id, entity_type, clio_connection_id, clio_record_id, ghl_connection_id,
         ghl_record_id, fields, halted, created_at)
       select $1, gen_random_uuid(), p.*, '{}', '{}', now() from jsonb_to_recordset($2::jsonb) as ${pairColumns}
       order by p.clio_record_id collate "C", p.ghl_record_id collate "C"
       on conflict do nothing`,
      [tenantId, given],
    );
    const rows = await tx.query<Row>(
      `select ${columns} from jsonb_to_recordset($2::jsonb) as ${pairColumns}
       join agreement a on a.tenant_id = $1 and a.entity_type = p.entity_type
         and a.clio_connection_id = p.clio_connection_id and a.clio_record_id = p.clio_record_id
         and a.ghl_connection_id = p.ghl_connection_id and a.ghl_record_id = p.ghl_record_id
       order by a.agreement_id for update of a`,
      [tenantId, given],
    );
    return rows.map(toAgreement);
  }

  async lock(tx: Tx, tenantId: string, agreementId: string): Promise<StoredAgreement | null> {
    const [row] = await tx.query<Row>(
      `select ${columns} from agreement a where a.tenant_id = $1 and a.agreement_id = $2 for update`,
      [tenantId, agreementId],
    );
    return row === undefined ? null : toAgreement(row);
  }

  async find(tx: Tx, tenantId: string, agreementIds: readonly string[]): Promise<ReadonlyMap<string, StoredAgreement>> {
    const rows = await tx.query<Row>(
      `select ${columns} from agreement a where a.tenant_id = $1 and a.agreement_id = any($2::uuid[])`,
      [tenantId, agreementIds],
    );
    return new Map(rows.map((row) => [row.agreementId, toAgreement(row)]));
  }

  /** Those that a record takes part in, locked. */
  async ofRecords(
    tx: Tx,
    tenantId: string,
    { connectionId, entityType }: { readonly connectionId: string; readonly entityType: EntityType },
    recordIds: readonly string[],
  ): Promise<StoredAgreement[]> {
    const rows = await tx.query<Row>(
      `select ${columns} from agreement a where a.tenant_id = $1 and a.entity_type = $3
         and ((a.clio_connection_id = $2 and a.clio_record_id = any($4::text[]))
           or (a.ghl_connection_id = $2 and a.ghl_record_id = any($4::text[])))
       order by a.agreement_id for update of a`,
      [tenantId, connectionId, entityType, recordIds],
    );
    return rows.map(toAgreement);
  }

  async save(
    tx: Tx,
    tenantId: string,
    agreements: readonly Pick<StoredAgreement, 'agreementId' | 'fields' | 'halted'>[],
  ): Promise<void> {
    if (agreements.length === 0) return;
    await tx.query(
      `update agreement a set fields = g.fields, halted = g.halted
       from jsonb_to_recordset($2::jsonb) as g("agreementId" uuid, fields jsonb, halted text[])
       where a.tenant_id = $1 and a.agreement_id = g."agreementId"`,
      [
        tenantId,
        JSON.stringify(agreements.map(({ agreementId, fields, halted }) => ({ agreementId, fields, halted }))),
      ],
    );
  }

  /** How many writes of each there were lately. */
  async recentWrites(
    tx: Tx,
    tenantId: string,
    agreementIds: readonly string[],
    windowMinutes: number,
  ): Promise<ReadonlyMap<string, number>> {
    const rows = await tx.query<{ id: string; count: number }>(
      `select agreement_id as id, count(*)::int as count from agreement_write
       where tenant_id = $1 and agreement_id = any($2::uuid[]) and sent_at > now() - make_interval(mins => $3)
       group by agreement_id`,
      [tenantId, agreementIds, windowMinutes],
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /** Somebody lets a pair go on: what came before does not count against it. */
  async forgiveWrites(tx: Tx, tenantId: string, agreementId: string): Promise<void> {
    await tx.query(
      `update agreement_write set sent_at = sent_at - interval '1 day' where tenant_id = $1 and agreement_id = $2`,
      [tenantId, agreementId],
    );
  }

  async noteWrites(tx: Tx, tenantId: string, writes: readonly NewAgreementWrite[]): Promise<void> {
    if (writes.length === 0) return;
    const given = JSON.stringify(writes);
    await tx.query(
      `insert into agreement_write (tenant_id, write_id, agreement_id, side, fields, sent_at)
       select $1, w."writeId", w."agreementId", w.side, w.fields, now()
       from jsonb_to_recordset($2::jsonb) as w("writeId" uuid, "agreementId" uuid, side text, fields jsonb)`,
      [tenantId, given],
    );
    await tx.query(
      `delete from agreement_write a using jsonb_to_recordset($2::jsonb) as w("agreementId" uuid)
       where a.tenant_id = $1 and a.agreement_id = w."agreementId" and a.outcome is not null
         and a.sent_at < now() - make_interval(days => $3)`,
      [tenantId, given, keptWritesDays],
    );
  }

  /** Which agreement a write belongs to; null for one that is none of ours. */
  async agreementOfWrite(tx: Tx, tenantId: string, writeId: string): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      'select agreement_id as id from agreement_write where tenant_id = $1 and write_id = $2',
      [tenantId, writeId],
    );
    return row?.id ?? null;
  }

  async endWrite(tx: Tx, tenantId: string, writeId: string, outcome: string): Promise<void> {
    await tx.query('update agreement_write set outcome = $3 where tenant_id = $1 and write_id = $2', [
      tenantId,
      writeId,
      outcome,
    ]);
  }

  /** An account was disconnected, and with it every write to it was cancelled: nobody will hear of their end. */
  async forgetSent(tx: Tx, tenantId: string, connectionId: string): Promise<void> {
    await tx.query(
      `update agreement a set fields = (
         select jsonb_object_agg(f.key, f.value || '{"sent": null}'::jsonb) from jsonb_each(a.fields) f)
       where a.tenant_id = $1 and $2 in (a.clio_connection_id, a.ghl_connection_id)
         and jsonb_path_exists(a.fields, '$.*.sent.writeId')`,
      [tenantId, connectionId],
    );
  }

  async chosenPolicies(tx: Tx, tenantId: string, connectionIds: readonly string[]): Promise<ChosenPolicy[]> {
    return tx.query<ChosenPolicy>(
      `select clio_connection_id as "clioConnectionId", ghl_connection_id as "ghlConnectionId", entity_type as "entityType",
         field, policy from field_policy where tenant_id = $1 and clio_connection_id = any($2::uuid[])`,
      [tenantId, connectionIds],
    );
  }

  async choosePolicy(tx: Tx, tenantId: string, chosen: ChosenPolicy, by: string): Promise<void> {
    await tx.query(
      `insert into field_policy (tenant_id, clio_connection_id, ghl_connection_id, entity_type, field, policy, chosen_by, chosen_at)
       values ($1, $2, $3, $4, $5, $6, $7, now())
       on conflict (tenant_id, clio_connection_id, ghl_connection_id, entity_type, field) do update
         set policy = excluded.policy, chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at`,
      [tenantId, chosen.clioConnectionId, chosen.ghlConnectionId, chosen.entityType, chosen.field, chosen.policy, by],
    );
  }
}
