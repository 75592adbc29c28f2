import { listProblems, type ProblemList } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export const problems = new RemoteValue<ProblemList>(() => answerOf(listProblems({ query: { limit: 6 } })), 30_000);
