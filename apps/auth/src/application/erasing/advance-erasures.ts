import { authMessages, newMessage } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { findLivingConnections, lockConnection } from '../../persistence/connection.repository.js';
import {
  findErasuresToAdvance,
  lockErasure,
  noteAsked,
  type OpenErasure,
} from '../../persistence/sagas/erasure.repository.js';
import { conversationOf, originAt } from '../conversation.js';
import type { DisconnectConnection } from '../disconnecting/disconnect-connection.js';
import type { CloseErasure } from './close-erasure.js';

/** Takes every erasure a step further that can go without an answer of others; false when none could. Any replica may. */
export class AdvanceErasures {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly disconnect: DisconnectConnection,
    private readonly close: CloseErasure,
    private readonly clock: () => Date,
  ) {}

  async execute(): Promise<boolean> {
    let hasAdvanced = false;
    for (const { tenantId } of await this.database.acrossTenants(findErasuresToAdvance)) {
      const step = await this.database.inTenant(tenantId, async (tx) => {
        const saga = await lockErasure(tx, 'skip');
        return saga?.state === 'disconnecting' ? this.goOn(tx, saga) : (saga?.state ?? 'waits');
      });
      if (step === 'closing') await this.close.execute(tenantId);
      hasAdvanced ||= step === 'closing' || step === 'asked';
    }
    return hasAdvanced;
  }

  /** Agencies end after their locations, and the services are asked when nothing is connected any more. */
  private async goOn(tx: Tx, saga: OpenErasure): Promise<'waits' | 'asked'> {
    const living = await findLivingConnections(tx);
    if (living.length === 0) return this.ask(tx, saga);
    if (living.some(({ role }) => role === 'account')) return 'waits';
    for (const { connectionId } of living) {
      const agency = await lockConnection(tx, connectionId);
      if (agency !== null) await this.disconnect.begin(tx, agency, conversationOf(saga));
    }
    return 'waits';
  }

  private async ask(tx: Tx, saga: OpenErasure): Promise<'asked'> {
    const origin = originAt(this.clock(), conversationOf(saga));
    await noteAsked(tx, saga.erasureId);
    await this.outbox.add(tx, [newMessage(authMessages.tenantErasing, { erasureId: saga.erasureId }, origin)]);
    return 'asked';
  }
}
