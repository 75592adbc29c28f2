import { decideMatch, listMatchReviews, type MatchDecision, type MatchReviewList } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export const matchReviews = new RemoteValue<MatchReviewList>(
  () => answerOf(listMatchReviews({ query: { limit: 10 } })),
  30_000,
);

/** Says whether two contacts are the same. */
export async function decide(reviewId: string, decision: MatchDecision['decision']): Promise<void> {
  await answerOf(decideMatch({ path: { reviewId }, body: { decision } }));
  await matchReviews.refresh();
}
