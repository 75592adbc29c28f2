import { systemActor, type Actor } from './actor.js';
import type { Message, MessageOrigin } from './message.js';

interface Beginning {
  readonly service: string;
  readonly tenantId: string;
  readonly now: Date;
  readonly actor?: Actor;
  readonly correlationId?: string;
}

/** The origin of a message that begins a conversation, or goes on with one that is known only by its id. */
export function newOrigin({ service, tenantId, now, actor, correlationId }: Beginning): MessageOrigin {
  const id = globalThis.crypto.randomUUID();
  return {
    id,
    time: now.toISOString(),
    service,
    tenantId,
    correlationId: correlationId ?? id,
    actor: actor ?? systemActor(service),
  };
}

/** The origin of a message caused by another: same conversation, same actor, the cause named. */
export function originFollowing(cause: Message, service: string, now: Date): MessageOrigin {
  return {
    id: globalThis.crypto.randomUUID(),
    time: now.toISOString(),
    service,
    tenantId: cause.tenantId,
    correlationId: cause.correlationId,
    causationId: cause.id,
    ...(cause.traceparent === undefined ? {} : { traceparent: cause.traceparent }),
    actor: cause.actor,
  };
}
