/** One transaction holds at most so many entities: live changes of them wait for it. */
const mostEntities = 100;

/** How many entities of a replay are told at once: never more than its rate gives for a second. */
export function pageSizeOf(perSecond: number): number {
  return Math.min(mostEntities, perSecond);
}
