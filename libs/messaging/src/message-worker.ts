import { AppError, requireNeeds } from '@firmbridge/contracts';
import { decodeMessage, DeliveryWorker, type DeliveryWorkerOptions, type Ladder } from '@firmbridge/subscriber/amqp';
import type { BrokerConnections } from './connections.js';
import type { QueueHandlers } from './handler-registry.js';
import { runHandler } from './run-handler.js';
import { deadLettersOf, queueOf, rungOf } from './topology.js';

/** Handles the deliveries of one queue of the manifest: parse, then call the one handler of that type. */
export function messageWorker(
  connections: BrokerConnections,
  { spec, handlerOf }: QueueHandlers,
  { clock, isOutage }: Pick<DeliveryWorkerOptions, 'clock' | 'isOutage'>,
): DeliveryWorker {
  return new DeliveryWorker({
    queue: spec.name,
    publisher: () => connections.publisher(),
    ladder: ladderOf(connections.namespace, spec.name),
    retryDelaysMs: spec.retryDelaysMs,
    clock,
    ...(isOutage === undefined ? {} : { isOutage }),
    logger: connections.logger,
    handle: async ({ content }) => {
      const message = decodeMessage(content, connections.contracts);
      const handler = handlerOf(message.type);
      if (handler === null) {
        const text = `${spec.name} is not bound to ${message.type}.`;
        throw new AppError('validation', 'message.unknown_type', text);
      }
      const contract = connections.contracts.get(message.type);
      if (contract !== undefined) requireNeeds(contract, message);
      await runHandler(handler, message);
    },
  });
}

/** All queues share the rungs: a message waits with the routing key by which it falls back into its own queue. */
function ladderOf(namespace: string, queue: string): Ladder {
  return {
    rung: (delayMs) => ({ exchange: rungOf(namespace, delayMs), routingKey: queueOf(namespace, queue) }),
    deadLetters: { exchange: '', routingKey: deadLettersOf(namespace, queue) },
  };
}
