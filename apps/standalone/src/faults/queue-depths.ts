import { deadLettersOf, queueOf, rungDelaysOf, rungOf, topology } from '@firmbridge/messaging';
import { withChannel, type Broker } from './broker.js';

export interface QueueDepths {
  /** In the platform's queues and in the waits between two attempts. */
  readonly waiting: number;
  readonly deadLetters: number;
}

/** While nothing runs: what is with a consumer is not counted. */
export async function queueDepths(broker: Broker): Promise<QueueDepths> {
  const { amqpNamespace: namespace } = broker;
  return withChannel(broker, async (channel) => {
    const depth = async (queue: string) => (await channel.checkQueue(queue)).messageCount;
    let waiting = 0;
    let deadLetters = 0;
    for (const { name } of topology.queues) {
      waiting += await depth(queueOf(namespace, name));
      deadLetters += await depth(deadLettersOf(namespace, name));
    }
    for (const delayMs of rungDelaysOf(topology)) waiting += await depth(rungOf(namespace, delayMs));
    return { waiting, deadLetters };
  });
}
