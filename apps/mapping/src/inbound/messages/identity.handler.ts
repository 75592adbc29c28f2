import { Controller } from '@nestjs/common';
import { identityMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { DecideMatch } from '../../application/identity/decide-match.js';
import { FindMatchReviews } from '../../application/identity/find-match-reviews.js';
import { MatchThresholdSettings } from '../../application/identity/match-threshold-settings.js';
import { MergeEntities } from '../../application/identity/merge-entities.js';
import { SplitEntity } from '../../application/identity/split-entity.js';

const { findMatchReviews, decideMatch, mergeEntities, splitEntity, getMatchThresholds, setMatchThresholds } =
  identityMessages;

/** Who is who, as people ask and say it. */
@Controller()
export class IdentityHandler {
  constructor(
    private readonly reviews: FindMatchReviews,
    private readonly decision: DecideMatch,
    private readonly merging: MergeEntities,
    private readonly splitting: SplitEntity,
    private readonly thresholds: MatchThresholdSettings,
  ) {}

  @Answers(findMatchReviews)
  find(message: Message<DataOf<typeof findMatchReviews>>): Promise<ReplyOf<typeof findMatchReviews>> {
    return this.reviews.execute(message);
  }

  @Answers(decideMatch)
  decide(message: Message<DataOf<typeof decideMatch>>): Promise<ReplyOf<typeof decideMatch>> {
    return this.decision.execute(message);
  }

  @Answers(mergeEntities)
  merge(message: Message<DataOf<typeof mergeEntities>>): Promise<ReplyOf<typeof mergeEntities>> {
    return this.merging.execute(message);
  }

  @Answers(splitEntity)
  split(message: Message<DataOf<typeof splitEntity>>): Promise<ReplyOf<typeof splitEntity>> {
    return this.splitting.execute(message);
  }

  @Answers(getMatchThresholds)
  getThresholds(message: Message<DataOf<typeof getMatchThresholds>>): Promise<ReplyOf<typeof getMatchThresholds>> {
    return this.thresholds.get(message);
  }

  @Answers(setMatchThresholds)
  setThresholds(message: Message<DataOf<typeof setMatchThresholds>>): Promise<ReplyOf<typeof setMatchThresholds>> {
    return this.thresholds.set(message);
  }
}
