import { Injectable } from '@nestjs/common';
import { formatActor, type Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { isMapped, mappingOf } from '../../domain/agreement/mappings.js';
import { ConnectionRepository } from '../../persistence/connection.repository.js';
import { CrosswalkRepository } from '../../persistence/crosswalk.repository.js';
import type { Pair } from '../../persistence/agreement.repository.js';
import { Agree } from './agree.js';
import { HaltGone } from './halt-gone.js';
import { KeepCopies } from './keep-copies.js';
import type { SeenPage } from './seen-page.js';

/** What a page of records means for their counterparts in the paired accounts. */
@Injectable()
export class AgreeOnPage {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly crosswalk: CrosswalkRepository,
    private readonly copies: KeepCopies,
    private readonly agree: Agree,
    private readonly gone: HaltGone,
  ) {}

  async execute(tx: Tx, cause: Message, page: SeenPage, by: 'somebody' | 'caller'): Promise<void> {
    const { tenantId, connectionId, entityType, side, seen } = page;
    if (!isMapped(entityType) || seen.length === 0) return;
    const mapping = mappingOf(entityType);
    if (mapping.resource[side] !== page.resource) return;
    const partners = await this.connections.partnersOf(tx, tenantId, connectionId);
    if (partners.length === 0) return;
    const readable = seen.flatMap(({ draft, ...record }) =>
      draft === null || record.deleted ? [] : [{ ...record, draft }],
    );
    const who = by === 'caller' ? formatActor({ ...cause.actor, roles: [] }) : null;
    await this.copies.execute(tx, { tenantId, connectionId, side, mapping, by: who }, readable);
    await this.gone.execute(tx, cause, page);
    for (const partner of partners)
      await this.agree.execute(tx, cause, await this.pairsWith(tx, page, partner, readable));
  }

  private async pairsWith(
    tx: Tx,
    { tenantId, connectionId, entityType, side }: SeenPage,
    partner: string,
    records: readonly { readonly recordId: string; readonly entityId: string }[],
  ): Promise<Pair[]> {
    const other = mappingOf(entityType).resource[side === 'clio' ? 'ghl' : 'clio'];
    const ids = records.map(({ entityId }) => entityId);
    const partners = await this.crosswalk.recordsOf(tx, { tenantId, connectionId: partner }, other, ids);
    return records.flatMap(({ recordId, entityId }) => {
      const partnerId = partners.get(entityId);
      if (partnerId === undefined) return [];
      const [own, others] = [
        { connectionId, recordId },
        { connectionId: partner, recordId: partnerId },
      ];
      return [side === 'clio' ? { entityType, clio: own, ghl: others } : { entityType, clio: others, ghl: own }];
    });
  }
}
