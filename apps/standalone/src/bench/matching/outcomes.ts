import type pg from 'pg';
import type { LabelledPair } from './pairs.js';

/** `wrong`: linked with somebody else than its partner. */
export type Outcome = 'linked' | 'wrong' | 'asked' | 'apart';

export interface JudgedPair extends LabelledPair {
  readonly outcome: Outcome;
}

interface Place {
  readonly tenantId: string;
  readonly clio: string;
  readonly ghl: string;
}

export const clioIdOf = (index: number) => index + 1;
export const ghlIdOf = (index: number) => `pair-${index}`;

/** What became of each pair, as the tables tell. */
export async function judged(db: pg.Client, place: Place, pairs: readonly LabelledPair[]): Promise<JudgedPair[]> {
  const links = new Map(
    await rowsOf(
      db,
      place,
      `select g.record_id as ghl, c.record_id as clio from mapping.entity_link g
       join mapping.entity_link c on c.tenant_id = g.tenant_id and c.entity_id = g.entity_id and c.connection_id = $2
       where g.tenant_id = $1 and g.connection_id = $3`,
    ),
  );
  const asked = await rowsOf(
    db,
    place,
    `select g.record_id as ghl, c.record_id as clio from mapping.match_review r
     join mapping.entity_link g on g.tenant_id = $1 and g.connection_id = $3 and g.entity_id in (r.one_id, r.other_id)
     join mapping.entity_link c on c.tenant_id = $1 and c.connection_id = $2 and c.entity_id in (r.one_id, r.other_id)
     where r.tenant_id = $1 and r.state = 'pending'`,
  );
  const questions = new Set(asked.map(([ghl, clio]) => `${ghl}/${clio}`));
  return pairs.map((pair, index) => {
    const partner = String(clioIdOf(index));
    const linked = links.get(ghlIdOf(index));
    const isAsked = questions.has(`${ghlIdOf(index)}/${partner}`);
    const outcome = linked === partner ? 'linked' : linked !== undefined ? 'wrong' : isAsked ? 'asked' : 'apart';
    return { ...pair, outcome };
  });
}

async function rowsOf(db: pg.Client, { tenantId, clio, ghl }: Place, question: string): Promise<[string, string][]> {
  const { rows } = await db.query<{ ghl: string; clio: string }>(question, [tenantId, clio, ghl]);
  return rows.map((row) => [row.ghl, row.clio]);
}

export interface Quality {
  readonly pairs: number;
  readonly autoLinks: number;
  readonly precision: number;
  readonly recallWithReview: number;
  readonly reviewShare: number;
  /** For each kind of pair how often each outcome came. */
  readonly confusion: Readonly<Record<string, Readonly<Record<Outcome, number>>>>;
}

export function qualityOf(pairs: readonly JudgedPair[]): Quality {
  const count = (test: (pair: JudgedPair) => boolean) => pairs.filter(test).length;
  const right = count(({ isSame, outcome }) => isSame && outcome === 'linked');
  const autoLinks = count(({ outcome }) => outcome === 'linked' || outcome === 'wrong');
  const found = count(({ isSame, outcome }) => isSame && (outcome === 'linked' || outcome === 'asked'));
  const kinds = [...new Set(pairs.map(({ kind }) => kind))];
  const outcomesOf = (kind: string) => {
    const of = (outcome: Outcome) => count((pair) => pair.kind === kind && pair.outcome === outcome);
    return { linked: of('linked'), wrong: of('wrong'), asked: of('asked'), apart: of('apart') };
  };
  return {
    pairs: pairs.length,
    autoLinks,
    precision: autoLinks === 0 ? 0 : right / autoLinks,
    recallWithReview: found / count(({ isSame }) => isSame),
    reviewShare: count(({ outcome }) => outcome === 'asked') / pairs.length,
    confusion: Object.fromEntries(kinds.map((kind) => [kind, outcomesOf(kind)])),
  };
}
