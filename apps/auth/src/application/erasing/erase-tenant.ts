import { AppError, authMessages, formatActor, ownersOf, type DataOf, type Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { Inbox } from '@firmbridge/messaging';
import { platformTenantId } from '../../domain/platform-tenant.js';
import { findLivingConnections, lockConnection } from '../../persistence/connection.repository.js';
import { addErasure } from '../../persistence/sagas/erasure.repository.js';
import { findFirmName, lockTenant } from '../../persistence/tenant.repository.js';
import { serviceName } from '../conversation.js';
import type { DisconnectConnection } from '../disconnecting/disconnect-connection.js';

export const erasuresQueue = 'auth.erasures';

/** All who keep something of a tenant, but this one, which keeps the record. */
const others = ownersOf(authMessages.tenantErased).filter((service) => service !== serviceName);

/**
 * Begins to erase a firm. disconnecting: its connections end, each in a saga of its own. erasing: then every service is asked to
 * destroy what it has (AdvanceErasures). closing: when all have answered, what is kept here goes too. done: the record stays.
 * From its beginning on nothing of the firm can be connected any more; asking again changes nothing.
 */
export class EraseTenant {
  constructor(
    private readonly inbox: Inbox,
    private readonly disconnect: DisconnectConnection,
  ) {}

  async execute(command: Message<DataOf<typeof authMessages.eraseTenant>>): Promise<void> {
    const { tenantId, correlationId, actor } = command;
    await this.inbox.once(erasuresQueue, command, async (tx) => {
      await this.requireConfirmed(tx, command);
      const { erasureId } = command.data;
      const saga = { tenantId, erasureId, correlationId, requestedBy: formatActor(actor), missing: others };
      if (!(await addErasure(tx, saga))) return;
      for (const { connectionId, role } of await findLivingConnections(tx)) {
        const connection = role === 'account' ? await lockConnection(tx, connectionId) : null;
        if (connection !== null) await this.disconnect.begin(tx, connection, command);
      }
    });
  }

  private async requireConfirmed(tx: Tx, { tenantId, data }: Message<DataOf<typeof authMessages.eraseTenant>>) {
    await lockTenant(tx, tenantId);
    const name = (await findFirmName(tx, tenantId)) ?? tenantId;
    if (data.confirmation.trim() === name && tenantId !== platformTenantId) return;
    const message = 'The name that was typed to confirm the erasure is not the name of the firm. Nothing was erased.';
    throw new AppError('validation', 'erasure.not_confirmed', message);
  }
}
