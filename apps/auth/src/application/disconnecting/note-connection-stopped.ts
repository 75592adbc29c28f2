import type { authMessages, DataOf, Message } from '@firmbridge/contracts';
import type { Inbox } from '@firmbridge/messaging';
import { lockDisconnection, noteStopped } from '../../persistence/sagas/disconnection.repository.js';
import { serviceOf } from '../conversation.js';
import { disconnectionsQueue } from './disconnect-connection.js';

/** Notes that a service has stopped working with a connection that ends. Answers nobody waits for change nothing. */
export class NoteConnectionStopped {
  constructor(private readonly inbox: Inbox) {}

  async execute(event: Message<DataOf<typeof authMessages.connectionStopped>>): Promise<void> {
    await this.inbox.once(disconnectionsQueue, event, async (tx) => {
      const { disconnectionId, remains } = event.data;
      const saga = await lockDisconnection(tx, disconnectionId);
      const service = serviceOf(event);
      if (saga === null || !saga.missing.includes(service)) return;
      const missing = saga.missing.filter((name) => name !== service);
      await noteStopped(tx, { disconnectionId, missing, remains });
    });
  }
}
