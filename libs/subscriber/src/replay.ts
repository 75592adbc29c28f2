import { AppError, isAppError, messageOf } from '@firmbridge/contracts';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessagingLogger } from './amqp/index.js';
import { defaultConnect, defaultNamespace, type BrokerOptions } from './broker-options.js';
import { checkDefinition, type Definition } from './definition.js';
import { EventPipeline, type OutcomeCounts } from './event-pipeline.js';
import type { Inbox } from './inbox.js';
import { stderrLogger } from './stderr-logger.js';
import type { EntityEvent } from './entity-event.js';
import { oldestMessage, readStream, timeOf, type StreamMessage, type StreamStart } from './stream.js';

type AnyBox = Inbox<unknown> | undefined;

export interface ReplayOptions<Box extends AnyBox = undefined> extends BrokerOptions, Omit<Definition<Box>, 'queue'> {
  /** Names the inbox, where there is one: with that of a subscription, what it has handled is not handled again. */
  readonly queue?: string;
  /** The instant from which events are told, the oldest there is, or an offset to go on at. */
  readonly from: StreamStart;
  /** Events made at or after this instant are left out. */
  readonly until?: Date;
  /** Whether to go on with what is published from now on, until the signal is aborted. Default: end where the stream ends now. */
  readonly live?: boolean;
  readonly signal?: AbortSignal;
  /** Waits before a failed event is tried again, which holds up those behind it; default 1 s, 10 s, 1 min. */
  readonly retryDelaysMs?: readonly number[];
  readonly onProgress?: (progress: ReplayProgress) => void;
}

export interface ReplayProgress extends OutcomeCounts {
  /** Messages that were looked at, wanted or not. */
  readonly read: number;
  /** Messages that no contract of this package can read. */
  readonly unreadable: number;
  /** The last one that was looked at: `from: { offset: offset + 1 }` goes on behind it. */
  readonly offset: number | null;
  /** When that one was made. */
  readonly time: Date | null;
}

const usualRetryDelaysMs = [1_000, 10_000, 60_000];

/**
 * Tells the handlers the events of the last days (the stream keeps seven), one after the other, in the order in which they were
 * published. An event that cannot be handled ends the replay with an AppError that names its offset. Gives where it ended.
 */
export async function replay<Box extends AnyBox = undefined>(options: ReplayOptions<Box>): Promise<ReplayProgress> {
  checkDefinition(options);
  await options.inbox?.check?.();
  const settings = {
    ...{ url: options.url, from: options.from, live: options.live ?? false },
    namespace: options.namespace ?? defaultNamespace,
    connect: options.connect ?? defaultConnect,
    logger: options.logger ?? stderrLogger,
    signal: options.signal ?? new AbortController().signal,
  };
  if (options.from instanceof Date) await requireReach({ ...settings, from: options.from });
  const run = new Replay(options, settings.signal, settings.logger);
  await readStream(settings, (message) => run.take(message));
  return run.progress();
}

class Replay<Box extends AnyBox> {
  private readonly pipeline: EventPipeline<Box>;
  private read = 0;
  private unreadable = 0;
  private offset: number | null = null;
  private time: Date | null = null;

  constructor(
    private readonly options: ReplayOptions<Box>,
    private readonly signal: AbortSignal,
    private readonly logger: MessagingLogger,
  ) {
    this.pipeline = new EventPipeline({ ...options, queue: options.queue ?? 'replay' });
  }

  progress(): ReplayProgress {
    const { read, unreadable, offset, time } = this;
    return { read, unreadable, offset, time, ...this.pipeline.counts };
  }

  async take(message: StreamMessage): Promise<void> {
    const event = this.eventOf(message);
    if (event !== null && this.isWanted(event)) await this.handle(event, message.offset);
    this.read += 1;
    this.offset = message.offset;
    this.time = event === null ? this.time : new Date(event.time);
    this.options.onProgress?.(this.progress());
  }

  private eventOf({ offset, content }: StreamMessage): EntityEvent | null {
    try {
      return this.pipeline.read(content);
    } catch (error) {
      this.unreadable += 1;
      this.logger.warn({ offset, reason: messageOf(error) }, 'a message of the stream cannot be read');
      return null;
    }
  }

  private isWanted(event: EntityEvent): boolean {
    const { from, until } = this.options;
    const time = new Date(event.time);
    return (!(from instanceof Date) || time >= from) && (until === undefined || time < until);
  }

  private async handle(event: EntityEvent, offset: number): Promise<void> {
    const { retryDelaysMs = usualRetryDelaysMs } = this.options;
    for (const delayMs of [...retryDelaysMs, null]) {
      try {
        return void (await this.pipeline.handle(event));
      } catch (cause) {
        const isHopeless = delayMs === null || this.signal.aborted || (isAppError(cause) && !cause.retryable);
        if (isHopeless) throw stopped(offset, cause);
        await wait(delayMs, undefined, { signal: this.signal }).catch(() => undefined);
      }
    }
  }
}

/** Throws an AppError when the stream has forgotten events that are asked for. */
async function requireReach(options: Parameters<typeof oldestMessage>[0] & { readonly from: Date }): Promise<void> {
  const oldest = await oldestMessage(options);
  // The stream is whole while its first message is there.
  if (oldest === null || oldest.offset === 0) return;
  const begin = timeOf(oldest);
  if (begin === null || begin <= options.from) return;
  const message = `The stream begins at ${begin.toISOString()}. For what was before, start a subscription from the current state.`;
  throw new AppError('precondition_failed', 'replay.too_old', message, { details: { begin: begin.toISOString() } });
}

function stopped(offset: number, cause: unknown): AppError {
  const message = `The replay ended at offset ${offset}: ${messageOf(cause)}. It goes on with from: { offset: ${offset} }.`;
  return new AppError('conflict', 'replay.stopped', message, { details: { offset }, cause });
}
