import { isDeepStrictEqual } from 'node:util';
import { clioApiPath, clioPageSchema, clioResourceNames, clioResources, clioShowSchema } from '@firmbridge/clio-api';
import type { ClioPlace } from './clio-place.js';

export interface Differences {
  /** Records of Clio that are not kept. */
  readonly lost: number;
  /** The same, and those that are kept as they no longer are. */
  readonly missing: number;
  /** Kept although Clio has none. */
  readonly surplus: number;
  readonly records: number;
  /** Resources with a difference. */
  readonly resources: readonly string[];
}

type Bodies = Map<string, unknown>;

/** What clio-sync keeps of all 20 resources against what Clio shows now, read by nobody's code but this. */
export async function differencesIn(place: ClioPlace): Promise<Differences> {
  const { accessToken } = place.clio.issueTokens();
  let [lost, missing, surplus, records] = [0, 0, 0, 0];
  const resources: string[] = [];
  for (const name of clioResourceNames) {
    const [shown, kept] = [await shownIn(place, name, accessToken), await keptIn(place, name)];
    const wrong = [...shown].filter(([id, body]) => !isDeepStrictEqual(kept.get(id), body)).length;
    const added = [...kept.keys()].filter((id) => !shown.has(id)).length;
    lost += [...shown.keys()].filter((id) => !kept.has(id)).length;
    missing += wrong;
    surplus += added;
    records += shown.size;
    if (wrong + added > 0) resources.push(name);
  }
  return { lost, missing, surplus, records, resources };
}

async function shownIn(place: ClioPlace, name: keyof typeof clioResources, token: string): Promise<Bodies> {
  const { listPath, fields, single, pageSize, record } = clioResources[name];
  const bodies: Bodies = new Map();
  const first = new URL(place.sandbox.clioOrigin + clioApiPath + listPath);
  first.searchParams.set('fields', fields);
  if (!single) first.searchParams.set('limit', String(pageSize));
  for (let at: string | null = first.href; at !== null;) {
    const answer: Response = await fetch(at, { headers: { Authorization: `Bearer ${token}` } });
    const body: unknown = await answer.json();
    const page: { data: unknown[]; next: string | null } = single
      ? { data: [clioShowSchema.parse(body).data], next: null }
      : nextOf(clioPageSchema.parse(body));
    for (const raw of page.data) {
      const parsed = record.parse(raw);
      bodies.set(String(parsed.id), withoutMentions(JSON.parse(JSON.stringify(parsed))));
    }
    at = page.next;
  }
  return bodies;
}

function nextOf({ data, meta }: ReturnType<typeof clioPageSchema.parse>) {
  return { data, next: meta?.paging?.next ?? null };
}

async function keptIn(place: ClioPlace, name: string): Promise<Bodies> {
  const { rows } = await place.db.query<{ record_id: string; body: Record<string, unknown> }>(
    'select record_id, body from clio_sync.record where resource = $1 and deleted_at is null',
    [name],
  );
  return new Map(rows.map(({ record_id: id, body }) => [id, withoutMentions(body)]));
}

/** What a record says of another one changes without its own change, and Clio tells nobody: only which one it is counts. */
function withoutMentions(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).map(([field, value]) => [field, mentioned(value)]));
}

function mentioned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mentioned);
  return typeof value === 'object' && value !== null && 'id' in value ? { id: value.id } : value;
}
