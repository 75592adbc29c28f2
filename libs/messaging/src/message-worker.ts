import { AppError, type Message } from '@firmbridge/contracts';
import type { ConsumeMessage } from 'amqplib';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeMessage } from './codec.js';
import type { BrokerConnections } from './connections.js';
import type { Settlement } from './consumer.js';
import type { QueueHandlers } from './handler-registry.js';
import { attemptsBefore, copyFor, errorCodeOf, nextStep, type NextStep } from './retry.js';
import { runHandler } from './run-handler.js';

const copyDelaysMs = [100, 500, 2_000, 5_000];

/** Handles the deliveries of one queue: parse, call the handler, and when that fails set a copy aside and acknowledge. */
export class MessageWorker {
  readonly counts = { handled: 0, retried: 0, deadLettered: 0 };

  constructor(
    private readonly connections: BrokerConnections,
    private readonly handlers: QueueHandlers,
    private readonly clock: () => Date,
  ) {}

  async work(delivery: ConsumeMessage, gone: AbortSignal): Promise<Settlement> {
    try {
      await this.handle(delivery);
    } catch (error) {
      return this.setAside(delivery, error, gone);
    }
    this.counts.handled += 1;
    return 'acknowledge';
  }

  private async handle(delivery: ConsumeMessage): Promise<void> {
    const message: Message = decodeMessage(delivery.content, this.connections.contracts);
    const handler = this.handlers.handlerOf(message.type);
    if (handler === null) {
      const text = `${this.handlers.spec.name} is not bound to ${message.type}.`;
      throw new AppError('validation', 'message.unknown_type', text);
    }
    await runHandler(handler, message);
  }

  private async setAside(delivery: ConsumeMessage, error: unknown, gone: AbortSignal): Promise<Settlement> {
    const { spec } = this.handlers;
    const step = nextStep(error, attemptsBefore(delivery), spec.retryDelaysMs);
    this.log(delivery, error, step);
    const place = { namespace: this.connections.namespace, queue: spec, now: this.clock() };
    const copy = copyFor(step, delivery, error, place);
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

  private async publish(copy: ReturnType<typeof copyFor>): Promise<string> {
    const publisher = this.connections.publisher();
    if (!publisher.stats().connected) return 'failed';
    const [result = 'failed'] = await publisher.publish([copy]);
    if (result !== 'confirmed') {
      const { exchange, routingKey } = copy;
      this.connections.logger.error({ exchange, routingKey, result }, 'a failed message could not be set aside');
    }
    return result;
  }

  private log({ properties }: ConsumeMessage, error: unknown, step: NextStep): void {
    const facts = {
      queue: this.handlers.spec.name,
      messageId: properties.messageId as unknown,
      type: properties.type as unknown,
      attempt: step.attempt,
      code: errorCodeOf(error),
      err: error,
    };
    const { logger } = this.connections;
    if (step.kind === 'dead') logger.error(facts, 'a message is set aside as a dead letter');
    else logger.warn({ ...facts, delayMs: step.delayMs }, 'a message is tried again later');
  }
}
