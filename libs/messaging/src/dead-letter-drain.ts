import { messageOf } from '@firmbridge/contracts';
import { Consumer, type Settlement } from '@firmbridge/subscriber/amqp';
import type { ConsumeMessage } from 'amqplib';
import { setTimeout as wait } from 'node:timers/promises';
import type { BrokerConnections } from './connections.js';
import { drainedLetterOf, type DrainedLetter } from './drained-letter.js';
import { deadLettersOf } from './topology.js';

export interface DeadLetterDrainOptions {
  readonly connections: BrokerConnections;
  readonly clock: () => Date;
  /**
   * Keeps the letter for good; the broker forgets it afterwards. Throws to be given it again, which happens also after a crash:
   * the same letter may come twice.
   */
  readonly keep: (letter: DrainedLetter) => Promise<void>;
  /** Letters of one queue kept at the same time, default 4: each may be as large as the broker allows. */
  readonly concurrency?: number;
  /** How long `start` waits for the broker before the service goes on without it, default 10 s. */
  readonly startTimeoutMs?: number;
  /** How long `close` waits for letters that are being kept, default 20 s. */
  readonly closeTimeoutMs?: number;
  /** Waits before `keep` is tried again; the last one repeats. */
  readonly retryDelaysMs?: readonly number[];
}

export interface DrainedQueueStats {
  /** The queue whose dead letters are drained, without the namespace. */
  readonly queue: string;
  readonly attached: boolean;
  readonly inFlight: number;
  readonly lastDeliveryAt: Date | null;
  readonly kept: number;
  /** Times that a letter could not be kept. */
  readonly failed: number;
}

interface DrainedQueue {
  readonly name: string;
  readonly consumer: Consumer;
  readonly counts: { kept: number; failed: number };
}

const defaultRetryDelaysMs = [200, 1_000, 5_000, 30_000];

/**
 * Empties the dead-letter queues of the manifest into a place where people find them. A letter that cannot be kept stays with
 * its consumer and is tried again: given back each time, it would come near the delivery limit that newer brokers put on
 * every queue, behind which there is nothing.
 */
export class DeadLetterDrain {
  private readonly queues: readonly DrainedQueue[];

  constructor(private readonly options: DeadLetterDrainOptions) {
    this.queues = options.connections.manifest.queues.map(({ name }) => this.drained(name));
  }

  /** Rejects when a dead-letter queue does not exist; an absent broker only delays the work. */
  async start(): Promise<void> {
    const { connections, startTimeoutMs = 10_000 } = this.options;
    const attached = await Promise.all(this.queues.map(({ consumer }) => consumer.start(startTimeoutMs)));
    if (attached.every(Boolean)) return;
    connections.logger.warn(
      { service: connections.service },
      'dead letters are drained as soon as the broker is there',
    );
  }

  stats(): DrainedQueueStats[] {
    return this.queues.map(({ name, consumer, counts }) => ({ queue: name, ...consumer.stats(), ...counts }));
  }

  /** Takes no more letters, waits for those that are being kept, and leaves the others where they are. */
  async close(): Promise<void> {
    const { connections, closeTimeoutMs = 20_000 } = this.options;
    const results = await Promise.allSettled(this.queues.map(({ consumer }) => consumer.close(closeTimeoutMs)));
    for (const result of results) {
      if (result.status === 'rejected') {
        connections.logger.warn({ reason: messageOf(result.reason) }, 'a consumer of dead letters did not close');
      }
    }
  }

  private drained(name: string): DrainedQueue {
    const { connections, clock, concurrency = 4 } = this.options;
    const counts = { kept: 0, failed: 0 };
    const consumer = new Consumer({
      connection: connections.consuming,
      logger: connections.logger,
      clock,
      queue: deadLettersOf(connections.namespace, name),
      concurrency,
      work: (delivery, gone, stopping) => this.keep({ name, consumer, counts }, delivery, [gone, stopping]),
    });
    return { name, consumer, counts };
  }

  private async keep(
    { name, counts }: DrainedQueue,
    delivery: ConsumeMessage,
    ends: AbortSignal[],
  ): Promise<Settlement> {
    const ending = AbortSignal.any(ends);
    const delays = this.options.retryDelaysMs ?? defaultRetryDelaysMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.options.keep(drainedLetterOf(delivery, this.options.connections.namespace, name));
        counts.kept += 1;
        return 'acknowledge';
      } catch (error) {
        counts.failed += 1;
        this.log(name, delivery, { err: error, attempt });
      }
      const delayMs = delays[attempt - 1] ?? delays.at(-1);
      await wait(delayMs, undefined, { signal: ending }).catch(() => undefined);
      if (ending.aborted) return 'redeliver';
    }
  }

  private log(queue: string, { properties }: ConsumeMessage, facts: { err: unknown; attempt: number }): void {
    const messageId = properties.messageId as unknown;
    this.options.connections.logger.error(
      { queue, messageId, ...facts },
      'a dead letter could not be kept, trying again',
    );
  }
}
