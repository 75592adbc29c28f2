import { Injectable } from '@nestjs/common';
import type { Actor, MatchReview } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export interface Question {
  readonly entityIds: readonly [string, string];
  readonly probability: number;
  readonly evidence: readonly { readonly says: string; readonly bits: number }[];
}

export interface StoredReview {
  readonly reviewId: string;
  readonly state: MatchReview['state'];
  readonly oneId: string;
  readonly otherId: string;
  readonly probability: number;
  readonly evidence: MatchReview['evidence'];
  readonly askedAt: string;
  readonly decidedAt: string | null;
  readonly decidedBy: Actor | null;
}

const utc = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const columns = `review_id as "reviewId", state, one_id as "oneId", other_id as "otherId", probability, evidence,
  ${utc('asked_at')} as "askedAt", ${utc('decided_at')} as "decidedAt", decided_by as "decidedBy"`;

@Injectable()
export class MatchReviewRepository {
  /** Asks once about a pair: whatever was decided about it stands. */
  async ask(tx: Tx, tenantId: string, questions: readonly Question[]): Promise<void> {
    if (questions.length === 0) return;
    const rows = questions.map(({ entityIds: [one, other], ...rest }) => ({ one, other, ...rest }));
    await tx.query(
      `insert into match_review (tenant_id, review_id, one_id, other_id, state, probability, evidence, asked_at)
       select $1, gen_random_uuid(), least(q.one, q.other), greatest(q.one, q.other), 'pending', q.probability, q.evidence, now()
       from jsonb_to_recordset($2::jsonb) as q(one uuid, other uuid, probability float8, evidence jsonb)
       order by 3, 4 on conflict do nothing`,
      [tenantId, JSON.stringify(rows)],
    );
  }

  async find(tx: Tx, tenantId: string, state: MatchReview['state'], limit: number): Promise<StoredReview[]> {
    return tx.query<StoredReview>(
      `select ${columns} from match_review where tenant_id = $1 and state = $2
       order by probability desc, review_id desc limit $3`,
      [tenantId, state, limit],
    );
  }

  async get(tx: Tx, tenantId: string, reviewId: string): Promise<StoredReview | null> {
    const [row] = await tx.query<StoredReview>(
      `select ${columns} from match_review where tenant_id = $1 and review_id = $2`,
      [tenantId, reviewId],
    );
    return row ?? null;
  }

  async countPending(tx: Tx, tenantId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `select count(*)::int as count from match_review where tenant_id = $1 and state = 'pending'`,
      [tenantId],
    );
    return row?.count ?? 0;
  }

  /** Those of the entities about which a person is still asked. */
  async pendingAmong(tx: Tx, tenantId: string, entityIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }>(
      `select one_id as id from match_review where tenant_id = $1 and state = 'pending' and one_id = any($2::uuid[])
       union
       select other_id from match_review where tenant_id = $1 and state = 'pending' and other_id = any($2::uuid[])`,
      [tenantId, entityIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Pairs among these of which somebody said that they are different. */
  async different(
    tx: Tx,
    tenantId: string,
    pairs: readonly (readonly [string, string])[],
  ): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ pair: string }>(
      `select p.one || '/' || p.other as pair
       from jsonb_to_recordset($2::jsonb) as p(one uuid, other uuid)
       join match_review r on r.tenant_id = $1 and r.one_id = least(p.one, p.other) and r.other_id = greatest(p.one, p.other)
       where r.state = 'different'`,
      [tenantId, JSON.stringify(pairs.map(([one, other]) => ({ one, other })))],
    );
    return new Set(rows.map(({ pair }) => pair));
  }

  /** What somebody decided about a pair, asked or not. */
  async decide(
    tx: Tx,
    tenantId: string,
    [one, other]: readonly [string, string],
    { state, actor }: { readonly state: 'same' | 'different'; readonly actor: Actor },
  ): Promise<void> {
    await tx.query(
      `insert into match_review as known (tenant_id, review_id, one_id, other_id, state, probability, evidence, asked_at,
         decided_at, decided_by)
       values ($1, gen_random_uuid(), least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid), $4, $5, '[]', now(), now(), $6)
       on conflict (tenant_id, one_id, other_id) do update
         set state = excluded.state, decided_at = excluded.decided_at, decided_by = excluded.decided_by`,
      [tenantId, one, other, state, state === 'same' ? 1 : 0, actor],
    );
  }

  /** Questions about entities that have found their counterpart. */
  async withdraw(tx: Tx, tenantId: string, entityIds: readonly string[]): Promise<void> {
    await tx.query(
      `update match_review set state = 'withdrawn', decided_at = now()
       where tenant_id = $1 and state = 'pending' and (one_id = any($2::uuid[]) or other_id = any($2::uuid[]))`,
      [tenantId, entityIds],
    );
  }
}
