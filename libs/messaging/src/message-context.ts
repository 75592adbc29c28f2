import { traceIdOf, type Message } from '@firmbridge/contracts';
import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line says that is written while a message is handled. */
export interface MessageContext {
  readonly messageId: string;
  readonly type: string;
  readonly tenantId: string;
  readonly correlationId: string;
  readonly traceId: string | null;
}

const storage = new AsyncLocalStorage<MessageContext>();

/** Runs the work as part of handling the message, across every `await`. */
export function handling<T>(message: Message, work: () => Promise<T>): Promise<T> {
  const { id: messageId, type, tenantId, correlationId, traceparent } = message;
  return storage.run({ messageId, type, tenantId, correlationId, traceId: traceIdOf(traceparent) }, work);
}

/** The message that is being handled, if any. */
export function messageBeingHandled(): MessageContext | undefined {
  return storage.getStore();
}
