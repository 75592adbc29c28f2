import { Injectable } from '@nestjs/common';
import type { EntityState, OutgoingMessage } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { concernsGhl, ghlContactFields } from '../domain/ghl-contact.js';
import type { PlannedChange } from '../domain/record-page.js';
import { ConnectionRepository } from '../persistence/connection.repository.js';
import { CrosswalkRepository, type LinkScope } from '../persistence/crosswalk.repository.js';
import { EntityRepository } from '../persistence/entity.repository.js';
import { MatchReviewRepository } from '../persistence/match-review.repository.js';
import type { PageMessages } from './page-messages.js';

type Contact = EntityState<'contact'>;
/** A contact as it stands. */
export type CarriedContact = Pick<PlannedChange, 'entityId' | 'epoch' | 'version' | 'state'>;

const contactOf = ({ state }: CarriedContact) => state as Contact;

/**
 * Brings contacts over that GHL does not have yet, where the connection is paired; those that it has are kept in step by agreement. A
 * contact of which a person has yet to say whether it is one that GHL has waits: it would be there twice.
 */
@Injectable()
export class PairContacts {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly crosswalk: CrosswalkRepository,
    private readonly entities: EntityRepository,
    private readonly reviews: MatchReviewRepository,
  ) {}

  async execute(
    tx: Tx,
    { tenantId, connectionId }: LinkScope,
    changes: readonly PlannedChange[],
    messages: PageMessages,
  ): Promise<OutgoingMessage[]> {
    const carried = changes.filter(
      ({ verb, changes: fields }) => verb === 'created' || (verb === 'updated' && concernsGhl(fields)),
    );
    if (carried.length === 0 || (await this.connections.pairedWith(tx, tenantId, connectionId)).length === 0) return [];
    const waiting = await this.reviews.pendingAmong(
      tx,
      tenantId,
      carried.map(({ entityId }) => entityId),
    );
    return this.carry(
      tx,
      { tenantId, connectionId },
      carried.filter(({ entityId }) => !waiting.has(entityId)),
      messages,
    );
  }

  /** Brings each of the contacts to each of the GHL connections that do not have it. */
  async carry(
    tx: Tx,
    { tenantId, connectionId }: LinkScope,
    carried: readonly CarriedContact[],
    messages: Pick<PageMessages, 'upsertGhlContact'>,
  ): Promise<OutgoingMessage[]> {
    const paired = carried.length === 0 ? [] : await this.connections.pairedWith(tx, tenantId, connectionId);
    if (paired.length === 0) return [];
    const companyNames = await this.companyNames(tx, tenantId, carried);
    const commands: OutgoingMessage[] = [];
    for (const ghlConnectionId of paired) {
      const ghlScope = { tenantId, connectionId: ghlConnectionId };
      const ghlIds = await this.crosswalk.recordsOf(
        tx,
        ghlScope,
        'contacts',
        carried.map(({ entityId }) => entityId),
      );
      for (const change of carried.filter(({ entityId }) => !ghlIds.has(entityId))) {
        const contact = contactOf(change);
        commands.push(
          messages.upsertGhlContact({
            connectionId: ghlConnectionId,
            entityId: change.entityId,
            entityVersion: { epoch: change.epoch, n: change.version },
            ghlContactId: null,
            fields: ghlContactFields(contact, companyNames.get(contact.company?.id ?? '') ?? null),
          }),
        );
      }
    }
    return commands;
  }

  /** A company that is only mentioned so far has no name yet. */
  private companyNames(
    tx: Tx,
    tenantId: string,
    changes: readonly CarriedContact[],
  ): Promise<ReadonlyMap<string, string>> {
    const ids = changes.flatMap((change) => contactOf(change).company?.id ?? []);
    return ids.length === 0 ? Promise.resolve(new Map()) : this.entities.titlesOf(tx, tenantId, [...new Set(ids)]);
  }
}
