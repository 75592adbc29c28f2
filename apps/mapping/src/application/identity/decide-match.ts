import { Injectable } from '@nestjs/common';
import { AppError, type DataOf, type identityMessages, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Database, type Tx } from '@firmbridge/database';
import { refusal, survivorOf, type LinkedEntity } from '../../domain/identity/merging.js';
import { MatchReviewRepository, type StoredReview } from '../../persistence/match-review.repository.js';
import { CarryDecided } from './carry-decided.js';
import { FindMatchReviews } from './find-match-reviews.js';
import { JoinEntities } from './join-entities.js';

type Question = typeof identityMessages.decideMatch;
type Decision = Message<DataOf<Question>>;

/** Does what a person said about a pair, and carries over the contacts that waited for it. Repeating it is harmless. */
@Injectable()
export class DecideMatch {
  constructor(
    private readonly database: Database,
    private readonly reviews: MatchReviewRepository,
    private readonly found: FindMatchReviews,
    private readonly join: JoinEntities,
    private readonly carryOver: CarryDecided,
  ) {}

  async execute(message: Decision): Promise<ReplyOf<Question>> {
    const { tenantId, data } = message;
    return this.database.inTenant(tenantId, async (tx) => {
      const asked = await this.required(tx, tenantId, data.reviewId);
      const pair = await this.join.lock(tx, tenantId, [asked.oneId, asked.otherId]);
      const review = await this.required(tx, tenantId, data.reviewId);
      if (review.state !== data.decision) await this.decide(tx, message, pair, review);
      const [view] = await this.found.complete(tx, tenantId, [await this.required(tx, tenantId, data.reviewId)]);
      if (view === undefined) throw unknownReview();
      return { review: view };
    });
  }

  private async decide(
    tx: Tx,
    message: Decision,
    [one, other]: [LinkedEntity, LinkedEntity],
    { state }: StoredReview,
  ): Promise<void> {
    const { tenantId, actor, data } = message;
    if (state === 'same')
      throw refusal('identity.decided', 'They were merged already. Split the record off to undo it.');
    if (data.decision === 'same') {
      await this.carryOver.execute(tx, message, [await this.join.execute(tx, message, survivorOf(one, other))]);
      return;
    }
    await this.reviews.decide(tx, tenantId, [one.entityId, other.entityId], { state: 'different', actor });
    await this.carryOver.execute(tx, message, [one, other]);
  }

  private async required(tx: Tx, tenantId: string, reviewId: string): Promise<StoredReview> {
    const review = await this.reviews.get(tx, tenantId, reviewId);
    if (review === null) throw unknownReview();
    return review;
  }
}

function unknownReview(): AppError {
  return new AppError('not_found', 'identity.review_unknown', 'There is no such question.');
}
