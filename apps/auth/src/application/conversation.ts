import {
  envelopeSchema,
  newMessage,
  newOrigin,
  syncMessages,
  type Actor,
  type Message,
  type MessageOrigin,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import type { CallRecord } from '../outbound/provider-http.js';

/** On whose behalf something happens, and within which exchange of messages. */
export interface Conversation {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly correlationId: string;
}

export const serviceName = 'auth';

export function originAt(now: Date, { tenantId, actor, correlationId }: Conversation): MessageOrigin {
  return newOrigin({ service: serviceName, tenantId, now, actor, correlationId });
}

/** The conversation in which a saga was begun, which all its messages go on with. */
export function conversationOf(saga: {
  readonly tenantId: string;
  readonly requestedBy: string;
  readonly correlationId: string;
}): Conversation {
  const { tenantId, requestedBy, correlationId } = saga;
  return { tenantId, correlationId, actor: envelopeSchema.shape.actor.parse(requestedBy) };
}

/** The service that made a message. */
export function serviceOf({ source }: Message): string {
  return source.slice(source.indexOf('/') + 1);
}

/** What happens to one connection is told in the order in which it happened. */
export function orderedBy(tenantId: string, connectionId: string) {
  return { orderingKey: `${tenantId}/connection/${connectionId}`, subject: connectionId };
}

/** The transaction records of provider calls, for audit-log. */
export function callMessages(
  calls: readonly CallRecord[],
  connectionId: string,
  conversation: Conversation,
  now: Date,
): OutgoingMessage[] {
  return calls.map((call) =>
    newMessage(
      syncMessages.providerCallAttempted,
      { service: serviceName, connectionId, ...call },
      originAt(now, conversation),
    ),
  );
}
