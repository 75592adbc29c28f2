import type { authMessages, DataOf, Message } from '@firmbridge/contracts';
import type { Inbox } from '@firmbridge/messaging';
import { lockErasure, noteErased } from '../../persistence/sagas/erasure.repository.js';
import { serviceOf } from '../conversation.js';
import { erasuresQueue } from './erase-tenant.js';

/** Notes that a service keeps nothing of a firm any more. Answers nobody waits for change nothing. */
export class NoteTenantErased {
  constructor(private readonly inbox: Inbox) {}

  async execute(event: Message<DataOf<typeof authMessages.tenantErased>>): Promise<void> {
    await this.inbox.once(erasuresQueue, event, async (tx) => {
      const { erasureId, rowsDeleted, remains } = event.data;
      const saga = await lockErasure(tx);
      const service = serviceOf(event);
      if (saga?.erasureId !== erasureId || saga.state !== 'erasing' || !saga.missing.includes(service)) return;
      await noteErased(tx, { erasureId, acknowledged: { service, at: event.time, rowsDeleted }, remains });
    });
  }
}
