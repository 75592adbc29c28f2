import type { Replay } from '@firmbridge/contracts';

/** What a replay is asked to tell again, and to whom. */
export type ReplayWish = Pick<
  Replay,
  'queue' | 'entityTypes' | 'entityIds' | 'changedFrom' | 'changedTo' | 'perSecond'
>;

/** Whether both ask for the same, however lists are ordered and instants are written. */
export function isSameWish(a: ReplayWish, b: ReplayWish): boolean {
  return JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
}

function canonical(wish: ReplayWish): unknown[] {
  const instant = (text: string | null) => (text === null ? null : Date.parse(text));
  return [
    wish.queue,
    wish.entityTypes.toSorted(),
    wish.entityIds.toSorted(),
    instant(wish.changedFrom),
    instant(wish.changedTo),
    wish.perSecond,
  ];
}
