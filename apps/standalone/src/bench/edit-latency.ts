import { randomBytes } from 'node:crypto';
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
  const queue = `${options.namespace}.bench-edits`;
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(queue, `${options.namespace}.entities`, 'entity.matter.#');
  // Each series writes words of its own: a description that does not change is no edit.
  const series = `edit-${randomBytes(4).toString('hex')}`;
  const marks = new RegExp(`${series}-\\d+-bench`);
  const began = new Map<string, number>();
  const latencies: number[] = [];
  await channel.consume(
    queue,
    (delivery) => {
      const text = delivery?.content.toString() ?? '';
      const mark = marks.exec(text)?.[0];
      const from = mark === undefined ? undefined : began.get(mark);
      if (mark === undefined || from === undefined) return;
      latencies.push(performance.now() - from);
      began.delete(mark);
    },
    { noAck: true },
  );
  for (let index = 0; index < options.edits; index += 1) {
    const mark = `${series}-${index}-bench`;
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
