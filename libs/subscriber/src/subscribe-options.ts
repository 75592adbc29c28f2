import { defaultConnect, defaultNamespace, defaultRetryDelaysMs, type BrokerOptions } from './broker-options.js';
import type { Definition } from './definition.js';
import type { OutcomeCounts } from './event-pipeline.js';
import type { RequestReplay } from './gateway-replay.js';
import type { Inbox } from './inbox.js';
import { stderrLogger } from './stderr-logger.js';

type AnyBox = Inbox<unknown> | undefined;

/** Where a subscription begins that has no queue yet. */
export interface CurrentStateStart {
  /** Asks the platform to tell the current state into a queue: see `replayByGateway`. */
  readonly currentState: RequestReplay;
  /** When nothing has come for so long, or a person cancelled it, the state is asked for again; default 10 min. */
  readonly askAgainAfterMs?: number;
}

export interface SubscribeOptions<Box extends AnyBox = undefined> extends BrokerOptions, Definition<Box> {
  /** Events worked on at the same time, default 8; those of one entity always one after the other. */
  readonly concurrency?: number;
  /** Waits before the second, third, ... attempt, each with a queue of its own; default 1 s, 10 s, 1 min, 10 min. */
  readonly retryDelaysMs?: readonly number[];
  /**
   * When the queue is new, the current state of all entities is taken in before the first live event. Needs `newestOnly`.
   * Without it a new queue begins with what happens next.
   */
  readonly startFrom?: CurrentStateStart;
  /** How long the start waits for the broker, default 10 s. */
  readonly startTimeoutMs?: number;
  /** How long `stop` waits for handlers, default 20 s; what is not finished then is delivered again. */
  readonly stopTimeoutMs?: number;
}

export interface SubscriptionStats extends OutcomeCounts {
  /** `current-state` until what was there before has been taken in; see `startFrom`. */
  readonly phase: 'current-state' | 'live';
  /** Deliveries arrive. */
  readonly attached: boolean;
  readonly inFlight: number;
  readonly lastDeliveryAt: Date | null;
  /** Attempts that failed and are made again. */
  readonly retried: number;
  readonly deadLettered: number;
}

export interface Subscription {
  stats(): SubscriptionStats;
  /** Takes no more events, finishes those in work and closes. The queue stays and goes on collecting. */
  stop(): Promise<void>;
}

/** The options with their defaults. */
export type Settings<Box extends AnyBox> = ReturnType<typeof settingsOf<Box>>;

export function settingsOf<Box extends AnyBox>(options: SubscribeOptions<Box>) {
  return {
    ...options,
    namespace: options.namespace ?? defaultNamespace,
    connect: options.connect ?? defaultConnect,
    logger: options.logger ?? stderrLogger,
    concurrency: options.concurrency ?? 8,
    retryDelaysMs: options.retryDelaysMs ?? defaultRetryDelaysMs,
    startTimeoutMs: options.startTimeoutMs ?? 10_000,
    stopTimeoutMs: options.stopTimeoutMs ?? 20_000,
  };
}
