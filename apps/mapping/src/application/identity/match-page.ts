import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import { settle } from '../../domain/entity-state.js';
import type { Match } from '../../domain/identity/assignment.js';
import type { Judgement } from '../../domain/identity/judgement.js';
import { blockingKeys } from '../../domain/identity/profile.js';
import type { PlannedChange, ReadPage } from '../../domain/record-page.js';
import { ConnectionRepository } from '../../persistence/connection.repository.js';
import {
  CrosswalkRepository,
  type Adoption,
  type EntityIds,
  type RecordLink,
  type ResourceScope,
} from '../../persistence/crosswalk.repository.js';
import { IdentityRepository } from '../../persistence/identity.repository.js';
import { MatchReviewRepository } from '../../persistence/match-review.repository.js';
import { contactProfile, FindMatches } from './find-matches.js';

/**
 * Gives the contacts of a page that are new the entities that they turn out to be, before anything is made of them. Their links are
 * locked; the tenant's identity is locked after them and before any entity, which makes two contacts that arrive at once one pair.
 */
@Injectable()
export class MatchPage {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly identities: IdentityRepository,
    private readonly crosswalk: CrosswalkRepository,
    private readonly reviews: MatchReviewRepository,
    private readonly matches: FindMatches,
  ) {}

  async execute(
    tx: Tx,
    scope: ResourceScope,
    read: ReadPage,
    { ids, links }: { readonly ids: EntityIds; readonly links: ReadonlyMap<string, RecordLink> },
  ): Promise<Adoption[]> {
    const fresh = newcomersOf(read, links);
    if (fresh.length === 0) return [];
    const counterparts = await this.connections.counterpartsOf(tx, scope.tenantId, scope.connectionId);
    if (counterparts.length === 0) return [];
    await this.identities.serialize(tx, scope.tenantId);
    const idOf = ({ id }: { readonly id: string }) => ids.of({ resource: scope.resource, recordId: id });
    const assignment = await this.matches.execute(tx, scope, fresh);
    const adoptions = assignment.links.map((match) => adoption(match, ids.isFresh(idOf(match)) ? null : idOf(match)));
    await this.crosswalk.adopt(tx, scope, adoptions);
    await this.reviews.withdraw(
      tx,
      scope.tenantId,
      adoptions.map(({ entityId }) => entityId),
    );
    const questions = assignment.questions.map(({ id, entityId, judgement }) => ({
      entityIds: [idOf({ id }), entityId] as const,
      ...grounds(judgement),
    }));
    await this.reviews.ask(tx, scope.tenantId, questions);
    return adoptions;
  }

  /** Under what the contacts of a page are found from now on, among those of its account. */
  async keepKeys(
    tx: Tx,
    { tenantId, connectionId }: ResourceScope,
    changes: readonly Pick<PlannedChange, 'entityId' | 'verb' | 'state'>[],
  ): Promise<void> {
    const keyed = changes.map(({ entityId, verb, state }) => ({
      id: entityId,
      keys: verb === 'deleted' ? [] : blockingKeys(contactProfile(state)),
    }));
    await this.identities.keep(tx, tenantId, connectionId, keyed);
  }
}

function newcomersOf(read: ReadPage, links: ReadonlyMap<string, RecordLink>) {
  const newest = new Map(
    read.readable.toSorted((a, b) => a.revision - b.revision).map((record) => [record.recordId, record]),
  );
  return [...newest.values()].flatMap(({ recordId: id, draft, deleted }) =>
    deleted || draft === null || links.get(id)?.isLinked !== false
      ? []
      : [{ id, state: settle(draft, null, () => '') }],
  );
}

function adoption({ id, entityId, judgement }: Match, formerId: string | null): Adoption {
  const { probability, evidence } = grounds(judgement);
  return {
    recordId: id,
    entityId,
    formerId,
    matched: { probability, evidence: evidence.map(({ says }) => says) },
  };
}

/** The weightiest evidence first, whichever way it points. */
export function grounds({ probability, evidence }: Judgement) {
  const sorted = evidence.toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits));
  return { probability, evidence: sorted.map(({ says, bits }) => ({ says, bits: Math.round(bits * 10) / 10 })) };
}
