import { Injectable } from '@nestjs/common';
import type { EntityState, OutgoingMessage } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { concernsGhl, ghlContactFields } from '../domain/ghl-contact.js';
import type { PlannedChange } from '../domain/record-page.js';
import { ConnectionRepository } from '../persistence/connection.repository.js';
import { CrosswalkRepository, type LinkScope } from '../persistence/crosswalk.repository.js';
import { EntityRepository } from '../persistence/entity.repository.js';
import type { PageMessages } from './page-messages.js';

type Contact = EntityState<'contact'>;
const contactOf = (change: PlannedChange) => change.state as Contact;

/** Asks GHL to follow the contacts of a page where the connection is paired and the change would be seen there. */
@Injectable()
export class PairContacts {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly crosswalk: CrosswalkRepository,
    private readonly entities: EntityRepository,
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
    if (carried.length === 0) return [];
    const paired = await this.connections.pairedWith(tx, tenantId, connectionId);
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
      for (const change of carried) {
        const contact = contactOf(change);
        commands.push(
          messages.upsertGhlContact({
            connectionId: ghlConnectionId,
            entityId: change.entityId,
            entityVersion: { epoch: change.epoch, n: change.version },
            ghlContactId: ghlIds.get(change.entityId) ?? null,
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
    changes: readonly PlannedChange[],
  ): Promise<ReadonlyMap<string, string>> {
    const ids = changes.flatMap((change) => contactOf(change).company?.id ?? []);
    return ids.length === 0 ? Promise.resolve(new Map()) : this.entities.titlesOf(tx, tenantId, [...new Set(ids)]);
  }
}
