import { authMessages, newMessage } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import type { CallRecord } from '../outbound/provider-http.js';
import { requireReauthorization } from '../persistence/connection.repository.js';
import { lockCredential, releaseLease } from '../persistence/credential.repository.js';
import { callMessages, orderedBy, originAt, type Conversation } from './conversation.js';

export interface DeadGrant {
  readonly connectionId: string;
  /** That was found dead. */
  readonly generation: number;
  readonly reason: string;
  /** The calls that found it. */
  readonly calls: readonly CallRecord[];
}

/**
 * Parks a connection until a person reconnects it, and says so once. `moved` when another generation is stored meanwhile: then
 * only an old token is dead, and nothing happened.
 */
export class RequireReauthorization {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: () => Date,
  ) {}

  execute(dead: DeadGrant, conversation: Conversation): Promise<'parked' | 'moved'> {
    const { connectionId, reason } = dead;
    const { tenantId } = conversation;
    return this.database.inTenant(tenantId, async (tx) => {
      const credential = await lockCredential(tx, connectionId);
      const messages = callMessages(dead.calls, connectionId, conversation, this.clock());
      if (credential === null || credential.generation !== dead.generation) {
        await this.outbox.add(tx, messages);
        return 'moved';
      }
      await releaseLease(tx, connectionId);
      const at = await requireReauthorization(tx, connectionId, reason);
      if (at !== null) {
        const data = { connectionId, provider: credential.provider, reason };
        const contract = authMessages.connectionReauthorizationRequired;
        messages.push(newMessage(contract, data, originAt(at, conversation), orderedBy(tenantId, connectionId)));
      }
      await this.outbox.add(tx, messages);
      return 'parked';
    });
  }
}
