import type { Channel, ConsumeMessage } from 'amqplib';
import { deferred, type Settlement } from './amqp/index.js';

export interface ConsumeUntilOptions {
  readonly queue: string;
  readonly prefetch: number;
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** Must not throw. The signal is aborted when the channel is gone. */
  readonly work: (delivery: ConsumeMessage, gone: AbortSignal) => Promise<Settlement>;
  /** Aborted when it is enough: then what is in work is finished. */
  readonly over: AbortSignal;
  /** Aborted when that is waited for no longer. */
  readonly abandoned?: AbortSignal;
}

/** Consumes on one channel until it is enough. Resolves when all that was delivered is acknowledged, else rejects. */
export async function consumeUntil(channel: Channel, options: ConsumeUntilOptions): Promise<void> {
  const { queue, prefetch, work, over, abandoned } = options;
  const gone = new AbortController();
  const inWork = new Set<Promise<void>>();
  const enough = deferred<void>();
  const lost = deferred<never>();
  // Nobody may be waiting any more when the channel goes.
  lost.promise.catch(() => undefined);
  const lose = (reason: string) => {
    gone.abort();
    lost.reject(new Error(reason));
  };
  let reason = 'the channel was closed';
  channel.on('error', (error: Error) => (reason = error.message));
  channel.on('close', () => lose(reason));
  over.addEventListener('abort', () => enough.resolve(), { once: true });
  abandoned?.addEventListener('abort', () => lose('what is in work takes too long'), { once: true });
  if (over.aborted) return;

  const take = async (delivery: ConsumeMessage) => {
    const settlement = await work(delivery, gone.signal);
    if (gone.signal.aborted) return;
    if (settlement === 'acknowledge') channel.ack(delivery);
    else lose('a delivery could be neither handled nor set aside');
  };
  const onDelivery = (delivery: ConsumeMessage | null) => {
    if (delivery === null) return lose(`the queue ${queue} is gone`);
    const taken: Promise<void> = take(delivery)
      .catch((error: unknown) => lose(String(error)))
      .finally(() => inWork.delete(taken));
    inWork.add(taken);
  };
  const finish = async () => {
    while (inWork.size > 0) await Promise.all(inWork);
  };
  await channel.prefetch(prefetch);
  const { consumerTag } = await channel.consume(queue, onDelivery, { arguments: options.arguments ?? {} });
  await Promise.race([enough.promise, lost.promise]);
  await channel.cancel(consumerTag);
  await Promise.race([finish(), lost.promise]);
  if (gone.signal.aborted) await lost.promise;
}
