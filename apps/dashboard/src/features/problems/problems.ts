import { listProblems, type Problem, type ProblemList } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export const problems = new RemoteValue<ProblemList>(() => answerOf(listProblems({ query: { limit: 50 } })), 30_000);

export interface ProblemGroup {
  readonly newest: Problem;
  readonly count: number;
  /** The newest few. */
  readonly recordIds: readonly string[];
}

const namedRecords = 3;

/** One entry for what went wrong in the same way, in the order of the newest of each. */
export function grouped(newestFirst: readonly Problem[]): ProblemGroup[] {
  const groups = Map.groupBy(newestFirst, ({ code, resource, message }) => JSON.stringify([code, resource, message]));
  return [...groups.values()].flatMap((alike) => {
    const [newest] = alike;
    if (!newest) return [];
    const recordIds = alike.flatMap(({ recordId }) => recordId ?? []).slice(0, namedRecords);
    return { newest, count: alike.length, recordIds };
  });
}
