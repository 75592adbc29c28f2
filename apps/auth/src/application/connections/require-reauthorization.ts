import { authMessages, newMessage, syncMessages, type OutgoingMessage } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import type { CallRecord } from '../../outbound/provider-http.js';
import { requireReauthorization } from '../../persistence/connection.repository.js';
import { lockCredential, releaseLease, type Credential } from '../../persistence/credential.repository.js';
import { callMessages, orderedBy, originAt, serviceName, type Conversation } from '../conversation.js';

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
      if (at !== null) messages.push(news(credential, reason, at, conversation));
      await this.outbox.add(tx, messages);
      return 'parked';
    });
  }
}

/** Of an agency no other service knows; people find it among the problems. */
function news(credential: Credential, reason: string, at: Date, conversation: Conversation): OutgoingMessage {
  const { tenantId, connectionId, provider, role, accountId } = credential;
  const [origin, options] = [originAt(at, conversation), orderedBy(tenantId, connectionId)];
  if (role === 'account') {
    const contract = authMessages.connectionReauthorizationRequired;
    return newMessage(contract, { connectionId, provider, reason }, origin, options);
  }
  return newMessage(
    syncMessages.problemRaised,
    {
      ...{ service: serviceName, code: 'agency.reauthorization_required', message: reason, provider, connectionId },
      ...{ resource: null, recordId: null, runId: null, details: { companyId: accountId } },
    },
    origin,
    options,
  );
}
