import { identityMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { limitParameter } from './page.schemas.js';

export const matchReviewsQuery = z.strictObject({
  state: identityMessages.findMatchReviews.data.shape.state.default('pending'),
  limit: limitParameter,
});
export type MatchReviewsQuery = z.output<typeof matchReviewsQuery>;

export const matchReview = identityMessages.matchReviewSchema;
export const matchReviewList = identityMessages.findMatchReviews.reply.meta({ id: 'MatchReviewList' });
export type MatchReviewList = z.output<typeof matchReviewList>;

export const matchDecision = z
  .strictObject({ decision: identityMessages.decideMatch.data.shape.decision })
  .meta({ id: 'MatchDecision' });
export type MatchDecision = z.output<typeof matchDecision>;

export const merge = z
  .strictObject({ intoEntityId: z.uuid().describe('The entity that stays.') })
  .meta({ id: 'MergeIntoEntity' });
export type Merge = z.output<typeof merge>;

export const split = z
  .strictObject({ connectionId: z.uuid(), resource: z.string().min(1).max(100), recordId: z.string().min(1).max(200) })
  .meta({ id: 'SplitOffRecord' });
export type Split = z.output<typeof split>;

export const thresholds = identityMessages.matchThresholdsSchema;
export const newThresholds = z
  .strictObject({
    auto: z.number().min(0.9).max(1).describe('From this probability contacts are linked without asking.'),
    review: z.number().min(0.1).max(1).describe('From this probability a person is asked.'),
  })
  .refine(({ auto, review }) => review <= auto, { path: ['review'], error: 'must not be above auto' })
  .meta({ id: 'NewMatchThresholds' });
export type NewThresholds = z.output<typeof newThresholds>;
