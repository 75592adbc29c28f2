import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerConnect } from '@firmbridge/messaging';

export interface EditLatencyOptions {
  readonly connect: BrokerConnect;
  readonly url: string;
  readonly namespace: string;
  readonly edits: number;
  readonly perSecond: number;
  /** Changes a matter so that its description is the given text. */
  readonly edit: (index: number, description: string) => Promise<void>;
}

const arriveWithinMs = 30_000;

/** Milliseconds from an edit at the provider to its entity event in a subscriber's queue, in rising order; lost ones are missing. */
export async function measureEdits(options: EditLatencyOptions): Promise<number[]> {
  const connection = await options.connect(options.url);
  const channel = await connection.createChannel();
  const queue = `${options.namespace}.bench-webhooks`;
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(queue, `${options.namespace}.entities`, 'entity.matter.#');
  const began = new Map<string, number>();
  const latencies: number[] = [];
  await channel.consume(
    queue,
    (delivery) => {
      const text = delivery?.content.toString() ?? '';
      const mark = /edit-\d+-bench/.exec(text)?.[0];
      const from = mark === undefined ? undefined : began.get(mark);
      if (mark === undefined || from === undefined) return;
      latencies.push(performance.now() - from);
      began.delete(mark);
    },
    { noAck: true },
  );
  for (let index = 0; index < options.edits; index += 1) {
    const mark = `edit-${index}-bench`;
    began.set(mark, performance.now());
    await options.edit(index, mark);
    await sleep(1_000 / options.perSecond);
  }
  const deadline = performance.now() + arriveWithinMs;
  while (began.size > 0 && performance.now() < deadline) await sleep(20);
  await channel.deleteQueue(queue);
  await connection.close();
  return latencies.sort((a, b) => a - b);
}
