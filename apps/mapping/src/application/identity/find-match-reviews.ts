import { Injectable } from '@nestjs/common';
import {
  formatActor,
  type DataOf,
  type EntityView,
  type identityMessages,
  type MatchReview,
  type Message,
  type ReplyOf,
} from '@firmbridge/contracts';
import { Database, type Tx } from '@firmbridge/database';
import { EntityViewRepository } from '../../persistence/entity-view.repository.js';
import { MatchReviewRepository, type StoredReview } from '../../persistence/match-review.repository.js';

type Question = typeof identityMessages.findMatchReviews;

/** Pairs that wait for a person, or about which one has decided, with what both sides know. */
@Injectable()
export class FindMatchReviews {
  constructor(
    private readonly database: Database,
    private readonly reviews: MatchReviewRepository,
    private readonly views: EntityViewRepository,
  ) {}

  async execute({ tenantId, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    return this.database.inTenant(tenantId, async (tx) => {
      const stored = await this.reviews.find(tx, tenantId, data.state, data.limit);
      return {
        reviews: await this.complete(tx, tenantId, stored),
        pending: await this.reviews.countPending(tx, tenantId),
      };
    });
  }

  /** A pair of which one record could not be read in the end is left out. */
  async complete(tx: Tx, tenantId: string, stored: readonly StoredReview[]): Promise<MatchReview[]> {
    const ids = stored.flatMap(({ oneId, otherId }) => [oneId, otherId]);
    const known = new Map((await this.views.byIds(tx, tenantId, ids)).map((view) => [view.entityId, view]));
    return stored.flatMap((review) => {
      const [one, other] = [known.get(review.oneId), known.get(review.otherId)];
      return one === undefined || other === undefined ? [] : [toView(review, one, other)];
    });
  }
}

function toView(
  { oneId: _one, otherId: _other, decidedBy, ...review }: StoredReview,
  one: EntityView,
  other: EntityView,
): MatchReview {
  return { ...review, one, other, decidedBy: decidedBy === null ? null : formatActor(decidedBy) };
}
