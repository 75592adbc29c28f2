import { AppError, messageOf } from '@firmbridge/contracts';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { setTimeout as wait } from 'node:timers/promises';
import { isNotFound, type BrokerConnect, type MessagingLogger } from './amqp/index.js';
import { withChannel, withModel } from './broker-options.js';
import { consumeUntil } from './consume-until.js';
import { streamOf } from './names.js';

/** Where reading begins: at an instant, at the oldest message there is, or behind what was read before. */
export type StreamStart = Date | 'first' | { readonly offset: number };

export interface StreamOptions {
  readonly connect: BrokerConnect;
  readonly url: string;
  readonly namespace: string;
  readonly logger: MessagingLogger;
  readonly from: StreamStart;
  /** Whether to go on with what is published from now on, until the signal is aborted. Default: end where the stream ends now. */
  readonly live: boolean;
  readonly signal: AbortSignal;
}

export interface StreamMessage {
  readonly offset: number;
  readonly content: Buffer;
}

const prefetch = 200;
/** A stream is asked by the time at which messages came to it, and clocks differ; a little more is read than needed. */
const clockMarginMs = 60_000;
const quietMs = 300;
const longestLookMs = 2_000;
const firstMessageMs = { filled: 15_000, empty: 1_500 };
const delaysMs = { first: 500, longest: 10_000 };

/**
 * Hands on the messages of the platform's stream one after the other, in order, also over lost connections. What the work
 * throws ends the reading. Gives the offset of the last message that was handed on, or null.
 */
export async function readStream(
  options: StreamOptions,
  work: (message: StreamMessage) => Promise<void>,
): Promise<number | null> {
  const reading = new Reading(options, work);
  for (let failures = 0; ; failures += 1) {
    try {
      await withModel(options, (model) => reading.goOn(model));
      return reading.last;
    } catch (error) {
      if (!reading.hasBegun || reading.failure !== null) throw reading.failure ?? error;
      if (reading.advanced()) failures = 0;
      options.logger.warn({ stream: streamOf(options.namespace), reason: messageOf(error) }, 'the stream is read on');
      const delayMs = Math.min(delaysMs.longest, delaysMs.first * 2 ** failures);
      await wait(delayMs, undefined, { signal: options.signal }).catch(() => undefined);
      if (options.signal.aborted) return reading.last;
    }
  }
}

class Reading {
  last: number | null = null;
  hasBegun = false;
  /** What the work threw. */
  failure: unknown = null;
  private lastSeen: number | null = null;
  private end: StreamMessage | null = null;
  private chain: Promise<void> = Promise.resolve();
  private readonly over = new AbortController();

  constructor(
    private readonly options: StreamOptions,
    private readonly work: (message: StreamMessage) => Promise<void>,
  ) {}

  async goOn(model: ChannelModel): Promise<void> {
    const { live, namespace, signal } = this.options;
    const queue = streamOf(namespace);
    if (!this.hasBegun) {
      if (live) await requireStream(model, queue);
      else this.end = await newestMessage(model, queue);
      this.hasBegun = true;
    }
    if (!live && this.isAtEnd()) return;
    await withChannel(
      () => model.createChannel(),
      (channel) =>
        consumeUntil(channel, {
          ...{ queue, prefetch, arguments: { 'x-stream-offset': this.start() } },
          over: AbortSignal.any([this.over.signal, signal]),
          work: (delivery, gone) => this.take(delivery, gone),
        }),
    );
    if (this.failure !== null) throw this.failure;
  }

  /** Whether anything was read since this was asked last. */
  advanced(): boolean {
    const advanced = this.last !== this.lastSeen;
    this.lastSeen = this.last;
    return advanced;
  }

  private isAtEnd(): boolean {
    const { from } = this.options;
    const next = typeof from === 'object' && 'offset' in from ? from.offset : 0;
    return this.end === null || Math.max((this.last ?? -1) + 1, next) > this.end.offset;
  }

  private start(): unknown {
    if (this.last !== null) return this.last + 1;
    const { from } = this.options;
    if (from === 'first') return from;
    if (!(from instanceof Date)) return from.offset;
    // Behind the newest message the stream would keep silent, and that would not be known for an end.
    const newest = this.end === null ? from : timeOf(this.end);
    if (newest === null) return 'first';
    const earliest = Math.min(from.getTime(), newest.getTime()) - clockMarginMs;
    // amqplib writes this as an AMQP timestamp, in seconds.
    return { '!': 'timestamp', value: Math.max(0, Math.floor(earliest / 1_000)) };
  }

  private async take(delivery: ConsumeMessage, gone: AbortSignal): Promise<'acknowledge' | 'redeliver'> {
    this.chain = this.chain.then(() => this.hand(delivery, gone));
    await this.chain;
    return 'acknowledge';
  }

  private async hand(delivery: ConsumeMessage, gone: AbortSignal): Promise<void> {
    const offset = offsetOf(delivery);
    const isNext = offset > (this.last ?? -1);
    if (gone.aborted || this.over.signal.aborted || this.options.signal.aborted || !isNext) return;
    try {
      await this.work({ offset, content: delivery.content });
      this.last = offset;
    } catch (error) {
      this.failure = error;
      this.over.abort();
    }
    if (this.end !== null && offset >= this.end.offset) this.over.abort();
  }
}

function offsetOf({ properties }: ConsumeMessage): number {
  return Number(properties.headers?.['x-stream-offset']);
}

/** Gives the number of its messages, which the broker counts with some delay. */
async function requireStream(model: ChannelModel, queue: string): Promise<number> {
  try {
    const { messageCount } = await withChannel(
      () => model.createChannel(),
      (channel) => channel.checkQueue(queue),
    );
    return messageCount;
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
    const message = `There is no stream ${queue} on this broker: is the namespace right, and has the platform been migrated?`;
    throw new AppError('precondition_failed', 'subscriber.no_platform', message, { cause });
  }
}

/** The newest message there is now; null when the stream is empty. */
async function newestMessage(model: ChannelModel, queue: string): Promise<StreamMessage | null> {
  const seen = await peek(model, queue, 'last');
  return seen.at(-1) ?? null;
}

/** The oldest message there is; null when the stream is empty. */
export async function oldestMessage(
  options: Pick<StreamOptions, 'connect' | 'url' | 'namespace'>,
): Promise<StreamMessage | null> {
  return withModel(options, async (model) => {
    const queue = streamOf(options.namespace);
    await requireStream(model, queue);
    const [oldest = null] = await peek(model, queue, 'first');
    return oldest;
  });
}

/**
 * The first message, or those of the last chunk, which is the smallest unit a stream can be asked for: where it ends is known
 * when nothing more comes.
 */
async function peek(model: ChannelModel, queue: string, from: 'first' | 'last'): Promise<StreamMessage[]> {
  const messageCount = await requireStream(model, queue);
  const over = new AbortController();
  const end = () => over.abort();
  let quiet = setTimeout(end, messageCount > 0 ? firstMessageMs.filled : firstMessageMs.empty);
  let limit: NodeJS.Timeout | null = null;
  const seen: StreamMessage[] = [];
  const look = (delivery: ConsumeMessage) => {
    // Of the last chunk only the last message matters.
    if (from === 'last') seen.pop();
    if (seen.length === 0) seen.push({ offset: offsetOf(delivery), content: delivery.content });
    // Where something is published all the time it is never quiet.
    limit ??= setTimeout(end, longestLookMs);
    clearTimeout(quiet);
    quiet = setTimeout(end, from === 'first' ? 0 : quietMs);
    return Promise.resolve('acknowledge' as const);
  };
  const start = { 'x-stream-offset': from };
  try {
    await withChannel(
      () => model.createChannel(),
      (channel) => consumeUntil(channel, { queue, prefetch, arguments: start, over: over.signal, work: look }),
    );
  } finally {
    clearTimeout(quiet);
    if (limit !== null) clearTimeout(limit);
  }
  return seen;
}

/** The instant at which a message was made; null when it cannot be read. */
export function timeOf({ content }: StreamMessage): Date | null {
  try {
    const { time } = JSON.parse(content.toString('utf8')) as { time?: unknown };
    const instant = new Date(String(time));
    return Number.isNaN(instant.getTime()) ? null : instant;
  } catch {
    // Whatever is no JSON has no time.
    return null;
  }
}
