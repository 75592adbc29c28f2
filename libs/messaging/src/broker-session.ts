import { AppError, messageOf } from '@firmbridge/contracts';
import { placeOf, type BrokerConnect } from '@firmbridge/subscriber/amqp';
import type { Channel, ChannelModel } from 'amqplib';

export interface BrokerAddress {
  readonly connect: BrokerConnect;
  readonly url: string;
}

/** A connection for one piece of administrative work; fails with a sentence when the broker is away. */
export async function withModel<T>(address: BrokerAddress, work: (model: ChannelModel) => Promise<T>): Promise<T> {
  const model = await openModel(address);
  // The failing operation rejects by itself; the event must only not be without a listener.
  model.on('error', () => undefined);
  try {
    return await work(model);
  } finally {
    await model.close();
  }
}

async function openModel({ connect, url }: BrokerAddress): Promise<ChannelModel> {
  try {
    return await connect(url);
  } catch (cause) {
    const message = `The broker at ${placeOf(url)} cannot be reached: ${messageOf(cause)}.`;
    throw new AppError('unavailable', 'broker.unavailable', message, { cause });
  }
}

/** A channel of its own, because a refusal closes it. */
export async function withChannel<C extends Channel, T>(
  open: () => Promise<C>,
  work: (channel: C) => Promise<T>,
): Promise<T> {
  const channel = await open();
  let isOpen = true;
  channel.on('error', () => (isOpen = false));
  try {
    return await work(channel);
  } finally {
    if (isOpen) await channel.close();
  }
}
