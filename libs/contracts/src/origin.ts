import { systemActor, type Actor } from './actor.js';
import type { Message, MessageOrigin } from './message.js';
import { followTraceparent } from './trace-context.js';

interface Beginning {
  readonly service: string;
  readonly tenantId: string;
  readonly now: Date;
  readonly actor?: Actor;
  readonly correlationId?: string;
  /** W3C trace context of whoever asked; a new trace begins without one. */
  readonly traceparent?: string;
}

/** The origin of a message that begins a conversation, or goes on with one that is known only by its id. */
export function newOrigin({ service, tenantId, now, actor, correlationId, traceparent }: Beginning): MessageOrigin {
  const id = globalThis.crypto.randomUUID();
  return {
    id,
    time: now.toISOString(),
    service,
    tenantId,
    correlationId: correlationId ?? id,
    traceparent: followTraceparent(traceparent),
    actor: actor ?? systemActor(service),
  };
}

/** The origin of a message caused by another: same conversation, same trace, same actor, the cause named. */
export function originFollowing(cause: Message, service: string, now: Date): MessageOrigin {
  return {
    id: globalThis.crypto.randomUUID(),
    time: now.toISOString(),
    service,
    tenantId: cause.tenantId,
    correlationId: cause.correlationId,
    causationId: cause.id,
    traceparent: followTraceparent(cause.traceparent),
    actor: cause.actor,
  };
}
