import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import { MatchingRules } from '../../domain/identity/rules.js';
import { judgeTakenForOne } from '../../domain/identity/taken-for-one.js';
import { EntityRepository } from '../../persistence/entity.repository.js';
import { MatchReviewRepository } from '../../persistence/match-review.repository.js';
import { contactProfile } from './find-matches.js';
import { grounds } from './match-page.js';

/** A provider took two of our contacts for one: no proof, but good reason to ask a person, with what we think of it ourselves. */
@Injectable()
export class AskWhetherSame {
  constructor(
    private readonly entities: EntityRepository,
    private readonly reviews: MatchReviewRepository,
    private readonly rules: MatchingRules,
  ) {}

  async execute(tx: Tx, tenantId: string, pair: readonly [string, string], provider: string): Promise<void> {
    const known = await this.entities.lock(tx, tenantId, pair);
    const [one, other] = pair.map((entityId) => known.get(entityId));
    if (!one || !other || one.deleted || other.deleted) return;
    const profiles = [contactProfile(one.state), contactProfile(other.state)] as const;
    const judgement = judgeTakenForOne(...profiles, { provider, compare: this.rules.compare });
    await this.reviews.ask(tx, tenantId, [{ entityIds: pair, ...grounds(judgement) }]);
  }
}
