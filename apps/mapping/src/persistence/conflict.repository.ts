import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import type { Policy, Side } from '../domain/agreement/mappings.js';
import type { Base, Seen } from '../domain/agreement/three-way.js';

export type ConflictKind = 'contested' | 'refused' | 'looping' | 'gone';
export type ConflictState = 'open' | 'decided' | 'settled';
/** Whose value counts; or, of the pair as a whole, whether it goes on or stays apart. */
export type Decision = Side | 'resume' | 'leave';

/** Of the pair as a whole. */
export const wholePair = '';

export interface NewConflict {
  readonly agreementId: string;
  readonly field: string;
  readonly kind: ConflictKind;
  readonly policy: Policy | null;
  readonly reason: string | null;
  readonly base: Base | null;
  readonly clio: Seen | null;
  readonly ghl: Seen | null;
  /** null where a person is asked. */
  readonly decision: Decision | null;
  readonly decidedBy: string | null;
}

export interface StoredConflict extends NewConflict {
  readonly conflictId: string;
  readonly state: ConflictState;
  readonly openedAt: string;
  readonly changedAt: string;
}

const utc = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const columns = `c.conflict_id as "conflictId", c.agreement_id as "agreementId", c.field, c.kind, c.state, c.policy, c.reason,
  c.base, c.clio, c.ghl, c.decision, c.decided_by as "decidedBy", ${utc('c.opened_at')} as "openedAt",
  ${utc('c.changed_at')} as "changedAt"`;

const given = `jsonb_to_recordset($2::jsonb) as g("agreementId" uuid, field text, kind text, policy text, reason text, base jsonb,
  clio jsonb, ghl jsonb, decision text, "decidedBy" text)`;

@Injectable()
export class ConflictRepository {
  /** Asks about a field once: what is asked already is asked with what is known now. Decided ones are kept beside it. */
  async keep(tx: Tx, tenantId: string, conflicts: readonly NewConflict[]): Promise<void> {
    if (conflicts.length === 0) return;
    await tx.query(
      `insert into conflict as known (tenant_id, conflict_id, agreement_id, field, kind, state, policy, reason, base, clio, ghl,
         decision, decided_by, opened_at, changed_at)
       select $1, gen_random_uuid(), g."agreementId", g.field, g.kind, case when g.decision is null then 'open' else 'decided' end,
         g.policy, g.reason, g.base, g.clio, g.ghl, g.decision, g."decidedBy", clock_timestamp(), clock_timestamp()
       from ${given} order by g."agreementId", g.field
       on conflict (tenant_id, agreement_id, field) where state = 'open' do update
         set kind = excluded.kind, policy = excluded.policy, reason = excluded.reason, base = excluded.base, clio = excluded.clio,
           ghl = excluded.ghl, changed_at = excluded.changed_at
         where (known.kind, known.reason, known.clio, known.ghl) is distinct from
           (excluded.kind, excluded.reason, excluded.clio, excluded.ghl)`,
      [tenantId, JSON.stringify(conflicts)],
    );
  }

  /** There is nothing to ask any more. */
  async settle(
    tx: Tx,
    tenantId: string,
    fields: readonly { readonly agreementId: string; readonly field: string }[],
  ): Promise<void> {
    if (fields.length === 0) return;
    await tx.query(
      `update conflict c set state = 'settled', changed_at = clock_timestamp()
       from jsonb_to_recordset($2::jsonb) as g("agreementId" uuid, field text)
       where c.tenant_id = $1 and c.state = 'open' and c.agreement_id = g."agreementId" and c.field = g.field`,
      [tenantId, JSON.stringify(fields)],
    );
  }

  async openOf(tx: Tx, tenantId: string, agreementIds: readonly string[]): Promise<StoredConflict[]> {
    return tx.query<StoredConflict>(
      `select ${columns} from conflict c where c.tenant_id = $1 and c.state = 'open' and c.agreement_id = any($2::uuid[])`,
      [tenantId, agreementIds],
    );
  }

  async find(tx: Tx, tenantId: string, state: ConflictState, limit: number): Promise<StoredConflict[]> {
    return tx.query<StoredConflict>(
      `select ${columns} from conflict c where c.tenant_id = $1 and c.state = $2
       order by c.changed_at desc, c.conflict_id desc limit $3`,
      [tenantId, state, limit],
    );
  }

  async byIds(tx: Tx, tenantId: string, conflictIds: readonly string[]): Promise<StoredConflict[]> {
    return tx.query<StoredConflict>(
      `select ${columns} from conflict c where c.tenant_id = $1 and c.conflict_id = any($2::uuid[]) order by c.conflict_id`,
      [tenantId, conflictIds],
    );
  }

  /** The open ones about the same field of the same two accounts. */
  async alike(tx: Tx, tenantId: string, conflictId: string, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select c.conflict_id as id from conflict one
       join agreement a on a.tenant_id = one.tenant_id and a.agreement_id = one.agreement_id
       join agreement b on b.tenant_id = a.tenant_id and b.entity_type = a.entity_type
         and b.clio_connection_id = a.clio_connection_id and b.ghl_connection_id = a.ghl_connection_id
       join conflict c on c.tenant_id = b.tenant_id and c.agreement_id = b.agreement_id and c.state = 'open'
         and c.field = one.field and c.kind = 'contested'
       where one.tenant_id = $1 and one.conflict_id = $2 order by c.conflict_id limit $3`,
      [tenantId, conflictId, limit],
    );
    return rows.map(({ id }) => id);
  }

  async countOpen(tx: Tx, tenantId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `select count(*)::int as count from conflict where tenant_id = $1 and state = 'open'`,
      [tenantId],
    );
    return row?.count ?? 0;
  }

  async decide(
    tx: Tx,
    tenantId: string,
    conflictId: string,
    { decision, by }: { readonly decision: Decision; readonly by: string },
  ): Promise<void> {
    await tx.query(
      `update conflict set state = 'decided', decision = $3, decided_by = $4, changed_at = clock_timestamp()
       where tenant_id = $1 and conflict_id = $2`,
      [tenantId, conflictId, decision, by],
    );
  }

  /** A decision is taken back: the question is as it was. */
  async reopen(tx: Tx, tenantId: string, conflictId: string): Promise<void> {
    await tx.query(
      `update conflict set state = 'open', kind = 'contested', decision = null, decided_by = null, changed_at = clock_timestamp()
       where tenant_id = $1 and conflict_id = $2`,
      [tenantId, conflictId],
    );
  }

  /** Whether anything was asked or decided about the field after this. */
  async isNewest(tx: Tx, tenantId: string, { conflictId, agreementId, field }: StoredConflict): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from conflict c join conflict own on own.tenant_id = c.tenant_id and own.conflict_id = $2
       where c.tenant_id = $1 and c.agreement_id = $3 and c.field = $4 and c.conflict_id <> $2
         and (c.state = 'open' or c.changed_at > own.changed_at) limit 1`,
      [tenantId, conflictId, agreementId, field],
    );
    return rows.length === 0;
  }
}
