import { authMessages, newMessage, syncMessages } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { takeSilentDisconnection, type OpenDisconnection } from '../../persistence/sagas/disconnection.repository.js';
import { conversationOf, orderedBy, originAt, serviceName } from '../conversation.js';

/** So often asked in vain, it becomes a problem that people see. */
const toldAfter = 5;

/** Asks those again who have not answered that they stopped working with a connection; false when nobody is that late. */
export class RepeatStopping {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: () => Date,
    private readonly silentMs: number,
  ) {}

  execute(): Promise<boolean> {
    return this.database.acrossTenants(async (tx) => {
      const saga = await takeSilentDisconnection(tx, this.silentMs);
      if (saga === null) return false;
      await this.outbox.add(tx, this.messagesOf(saga));
      return true;
    });
  }

  private messagesOf(saga: OpenDisconnection) {
    const { tenantId, disconnectionId, connectionId, provider, accountName, missing, askedCount } = saga;
    const origin = () => originAt(this.clock(), conversationOf(saga));
    const data = { disconnectionId, connectionId, provider };
    const again = newMessage(authMessages.connectionStopping, data, origin(), orderedBy(tenantId, connectionId));
    if (askedCount !== toldAfter) return [again];
    const message = `${accountName} cannot be disconnected yet: ${missing.join(' and ')} has not confirmed that the work with it has stopped.`;
    const problem = newMessage(
      syncMessages.problemRaised,
      {
        ...{ service: serviceName, code: 'disconnection.unanswered', message, provider, connectionId },
        ...{ resource: null, recordId: null, runId: null, details: { disconnectionId, missing: [...missing] } },
      },
      origin(),
    );
    return [again, problem];
  }
}
