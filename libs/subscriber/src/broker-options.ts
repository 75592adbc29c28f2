import { AppError, messageOf } from '@firmbridge/contracts';
import amqplib, { type Channel, type ChannelModel } from 'amqplib';
import { closeQuietly, placeOf, type BrokerConnect, type MessagingLogger } from './amqp/index.js';

/** Where the platform's messages are. */
export interface BrokerOptions {
  /** `amqp://` or `amqps://` address. */
  readonly url: string;
  /** The platform's AMQP_NAMESPACE; default `firmbridge`. */
  readonly namespace?: string;
  /** amqplib's unless given. */
  readonly connect?: BrokerConnect;
  /** pino's fits. Without one, warnings and errors go to stderr. */
  readonly logger?: MessagingLogger;
}

export const defaultNamespace = 'firmbridge';
export const defaultConnect: BrokerConnect = amqplib.connect;

/** Waits of a message before its second, third, ... attempt: a blip, a restart, an outage. */
export const defaultRetryDelaysMs: readonly number[] = [1_000, 10_000, 60_000, 600_000];

/** A connection for a short while; what fails on it rejects where it was asked for. */
export async function withModel<T>(
  { url, connect = defaultConnect }: Pick<BrokerOptions, 'url' | 'connect'>,
  work: (model: ChannelModel) => Promise<T>,
): Promise<T> {
  const model = await openModel(connect, url);
  try {
    return await work(model);
  } finally {
    await closeQuietly(model);
  }
}

/** A channel that is closed afterwards, whatever the broker did with it. */
export async function withChannel<T, C extends Channel>(
  open: () => Promise<C>,
  work: (channel: C) => Promise<T>,
): Promise<T> {
  const channel = await open();
  channel.on('error', () => undefined);
  try {
    return await work(channel);
  } finally {
    await closeQuietly(channel);
  }
}

async function openModel(connect: BrokerConnect, url: string): Promise<ChannelModel> {
  try {
    const model = await connect(url);
    model.on('error', () => undefined);
    return model;
  } catch (cause) {
    const message = `The broker at ${placeOf(url)} cannot be reached: ${messageOf(cause)}.`;
    throw new AppError('unavailable', 'broker.unavailable', message, { cause });
  }
}
