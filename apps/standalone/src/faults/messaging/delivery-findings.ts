/** One message about one version of one record. */
export interface Told {
  readonly id: string;
  /** Tenant and record. */
  readonly record: string;
  readonly version: number;
}

export interface Effect extends Told {
  /** It became the newest version the ledger knows. */
  readonly applied: boolean;
}

export interface DeliveryEvidence {
  /** What was committed together with its change, of both kinds. */
  readonly committed: readonly (Told & { readonly kind: 'changed' | 'archived' })[];
  /** What is in the tap, in its order. Only changes go there. */
  readonly tapped: readonly Told[];
  /** What had an effect, in the order of the effects. */
  readonly effects: readonly Effect[];
  /** Records whose newest version is not what the ledger knows. */
  readonly recordsBehind: number;
}

export interface DeliveryFindings {
  readonly committed: number;
  readonly delivered: number;
  /** Committed, without effect. */
  readonly lost: number;
  /** Changes that were committed and never came into the tap. */
  readonly neverPublished: number;
  /** Messages of transactions that were rolled back. */
  readonly invented: number;
  /**
   * Arrivals in the tap of a message that was not there before and that is older than one of its record that was. What arrives
   * again, with the same id, is a repetition and no inversion.
   */
  readonly inversions: number;
  readonly publishedAgain: number;
  readonly duplicateEffects: number;
  /** A version was taken for the newest although a newer one had been applied. */
  readonly staleApplied: number;
  readonly recordsBehind: number;
}

export function judgeDeliveries({ committed, tapped, effects, recordsBehind }: DeliveryEvidence): DeliveryFindings {
  const known = new Set(committed.map(({ id }) => id));
  const effectIds = new Set(effects.map(({ id }) => id));
  const tappedIds = new Set(tapped.map(({ id }) => id));
  const changes = committed.filter(({ kind }) => kind === 'changed');
  const lost = committed.filter(({ id }) => !effectIds.has(id)).length;
  return {
    committed: committed.length,
    delivered: committed.length - lost,
    lost,
    neverPublished: changes.filter(({ id }) => !tappedIds.has(id)).length,
    invented: [...new Set([...effectIds, ...tappedIds])].filter((id) => !known.has(id)).length,
    inversions: countInversions(tapped),
    publishedAgain: tapped.length - tappedIds.size,
    duplicateEffects: effects.length - effectIds.size,
    staleApplied: countStale(effects.filter(({ applied }) => applied)),
    recordsBehind,
  };
}

/** First arrivals that are older than an earlier one of the same record. */
export function countInversions(arrivals: readonly Told[]): number {
  const seen = new Set<string>();
  const newest = new Map<string, number>();
  let inversions = 0;
  for (const { id, record, version } of arrivals) {
    if (seen.has(id)) continue;
    seen.add(id);
    const before = newest.get(record) ?? 0;
    if (version < before) inversions += 1;
    else newest.set(record, version);
  }
  return inversions;
}

function countStale(applied: readonly Told[]): number {
  const newest = new Map<string, number>();
  let stale = 0;
  for (const { record, version } of applied) {
    const before = newest.get(record) ?? 0;
    if (version <= before) stale += 1;
    else newest.set(record, version);
  }
  return stale;
}
