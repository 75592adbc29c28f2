import type { ConsumeMessage } from 'amqplib';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConfirmedPublisher, RawOutgoing } from './confirmed-publisher.js';
import type { Settlement } from './consumer.js';
import type { MessagingLogger } from './logger.js';
import { attemptsBefore, copyFor, errorCodeOf, nextStep, type Ladder, type NextStep } from './retry.js';

export interface DeliveryWorkerOptions {
  /** For logs. */
  readonly queue: string;
  readonly publisher: () => ConfirmedPublisher;
  readonly ladder: Ladder;
  /** How long a message waits before its second, third, ... attempt; after the last it is a dead letter. */
  readonly retryDelaysMs: readonly number[];
  readonly clock: () => Date;
  readonly logger: MessagingLogger;
  /** Returning acknowledges; throwing retries or sets aside (see retry.ts). */
  readonly handle: (delivery: ConsumeMessage) => Promise<void>;
  /**
   * Whether everything fails like this at the moment, and not this message: then it is tried again here until that is over,
   * which holds up the queue instead of sending all of it up the ladder.
   */
  readonly isOutage?: (error: unknown) => boolean;
}

const copyDelaysMs = [100, 500, 2_000, 5_000];
const outageDelayMs = { first: 100, longest: 5_000 };

/** Handles the deliveries of one queue, and when that fails sets a copy aside and acknowledges. */
export class DeliveryWorker {
  readonly counts = { handled: 0, retried: 0, deadLettered: 0 };

  constructor(private readonly options: DeliveryWorkerOptions) {}

  /** `gone`: nothing is acknowledged any more. `stopping`: finish, but wait for nothing. */
  async work(delivery: ConsumeMessage, gone: AbortSignal, stopping: AbortSignal): Promise<Settlement> {
    const ending = AbortSignal.any([gone, stopping]);
    for (let outages = 0; ; outages += 1) {
      try {
        await this.options.handle(delivery);
        this.counts.handled += 1;
        return 'acknowledge';
      } catch (error) {
        if (!this.options.isOutage?.(error)) return this.setAside(delivery, error, gone);
        if (outages === 0) this.logOutage(error);
        const delay = Math.min(outageDelayMs.longest, outageDelayMs.first * 2 ** outages);
        await wait(delay, undefined, { signal: ending }).catch(() => undefined);
        if (ending.aborted) return 'redeliver';
      }
    }
  }

  private logOutage(error: unknown): void {
    const { queue, logger } = this.options;
    logger.warn({ queue, err: error }, 'nothing can be handled at the moment; the queue waits');
  }

  private async setAside(delivery: ConsumeMessage, error: unknown, gone: AbortSignal): Promise<Settlement> {
    const { ladder, retryDelaysMs, clock } = this.options;
    const step = nextStep(error, attemptsBefore(delivery), retryDelaysMs);
    this.log(delivery, error, step);
    const copy = copyFor({ step, delivery, error, ladder, now: clock() });
    for (const delayMs of [...copyDelaysMs, null]) {
      if ((await this.publish(copy)) === 'confirmed') {
        this.counts[step.kind === 'dead' ? 'deadLettered' : 'retried'] += 1;
        return 'acknowledge';
      }
      if (delayMs === null || gone.aborted) break;
      // The pause ends early when the channel is gone; the next round then gives up.
      await wait(delayMs, undefined, { signal: gone }).catch(() => undefined);
    }
    return 'redeliver';
  }

  private async publish(copy: RawOutgoing): Promise<string> {
    const publisher = this.options.publisher();
    if (!publisher.stats().connected) return 'failed';
    const [result = 'failed'] = await publisher.publish([copy]);
    if (result !== 'confirmed') {
      const { exchange, routingKey } = copy;
      this.options.logger.error({ exchange, routingKey, result }, 'a failed message could not be set aside');
    }
    return result;
  }

  private log({ properties }: ConsumeMessage, error: unknown, step: NextStep): void {
    const { queue, logger } = this.options;
    const facts = {
      queue,
      messageId: properties.messageId as unknown,
      type: properties.type as unknown,
      attempt: step.attempt,
      code: errorCodeOf(error),
      err: error,
    };
    if (step.kind === 'dead') logger.error(facts, 'a message is set aside as a dead letter');
    else logger.warn({ ...facts, delayMs: step.delayMs }, 'a message is tried again later');
  }
}
