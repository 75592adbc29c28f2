import { Injectable } from '@nestjs/common';
import type { EntityState } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { assign, type Assignment, type Newcomer } from '../../domain/identity/assignment.js';
import { blockingKeys, profileOf } from '../../domain/identity/profile.js';
import { takenReach } from '../../domain/identity/reach.js';
import { MatchingRules } from '../../domain/identity/rules.js';
import type { State } from '../../domain/entity-state.js';
import { ConnectionRepository } from '../../persistence/connection.repository.js';
import type { LinkScope } from '../../persistence/crosswalk.repository.js';
import { IdentityRepository } from '../../persistence/identity.repository.js';

/** A contact without a counterpart, by any name the caller gives it. */
export interface Unmatched {
  readonly id: string;
  readonly state: State;
}

export const contactProfile = (state: State) => profileOf(state as EntityState<'contact'>);

/** Who among the contacts of the paired accounts these contacts of one account are. Call it with the tenant's identity serialized. */
@Injectable()
export class FindMatches {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly identities: IdentityRepository,
    private readonly rules: MatchingRules,
  ) {}

  async execute(tx: Tx, { tenantId, connectionId }: LinkScope, contacts: readonly Unmatched[]): Promise<Assignment> {
    const found: Assignment[] = [];
    let left = contacts;
    for (const { connectionId: other, ...thresholds } of await this.connections.counterpartsOf(
      tx,
      tenantId,
      connectionId,
    )) {
      const { newcomers, taken } = await this.newcomers(tx, tenantId, { own: connectionId, other }, left);
      const assignment = assign(newcomers, { thresholds, taken, compare: this.rules.compare });
      found.push(assignment);
      const linked = new Set(assignment.links.map(({ id }) => id));
      left = left.filter(({ id }) => !linked.has(id));
    }
    const links = found.flatMap((assignment) => assignment.links);
    const linked = new Set(links.map(({ id }) => id));
    return { links, questions: found.flatMap(({ questions }) => questions.filter(({ id }) => !linked.has(id))) };
  }

  private async newcomers(
    tx: Tx,
    tenantId: string,
    sides: { own: string; other: string },
    contacts: readonly Unmatched[],
  ): Promise<{ newcomers: Newcomer[]; taken: string[] }> {
    const keyed = contacts.map(({ id, state }) => {
      const profile = contactProfile(state);
      return { id, profile, keys: blockingKeys(profile) };
    });
    const candidates = await this.identities.candidates(
      tx,
      tenantId,
      sides,
      keyed.map(({ id, keys }) => ({ id, keys })),
    );
    const reach = keyed.flatMap(({ keys }) => keys.filter((key) => /^\w+\/(email|phone):/.test(key)));
    const held = new Set(await this.identities.heldKeys(tx, tenantId, sides.own, reach));
    const newcomers = keyed.map(({ id, profile }) => ({
      id,
      profile,
      candidates: candidates
        .filter((candidate) => candidate.id === id)
        .map(({ entityId, state }) => ({ entityId, profile: contactProfile(state) })),
    }));
    return { newcomers, taken: keyed.flatMap(({ profile }) => takenReach(profile, held)) };
  }
}
