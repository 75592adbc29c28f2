import { messageOf } from '@firmbridge/contracts';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { BrokerConnections } from './connections.js';
import { Consumer, type DeliveryWorker } from '@firmbridge/subscriber/amqp';
import { handlersOf, type Handlers } from './handler-registry.js';
import { messageWorker } from './message-worker.js';
import { QueryResponder } from './query-responder.js';
import { queriesOf, queueOf } from './topology.js';

export interface RabbitServerOptions {
  readonly connections: BrokerConnections;
  readonly clock: () => Date;
  /** See DeliveryWorkerOptions: what means that nothing can be handled at the moment. */
  readonly isOutage?: (error: unknown) => boolean;
  /** How long `listen` waits until it can consume and publish before the service goes on without that, default 10 s. */
  readonly startTimeoutMs?: number;
  /** How long `drain` waits for handlers, default 20 s. */
  readonly drainTimeoutMs?: number;
}

export interface QueueStats {
  readonly queue: string;
  readonly attached: boolean;
  readonly inFlight: number;
  readonly lastDeliveryAt: Date | null;
  readonly handled: number;
  readonly retried: number;
  readonly deadLettered: number;
}

/** Queries worked on at the same time. */
const queryConcurrency = 32;

export const RABBIT_TRANSPORT = Symbol('RABBIT_TRANSPORT');

/**
 * Nest's transport over our topology: `@Consumes` and `@Answers` methods get parsed messages; acknowledging, retrying and
 * dead-lettering are decided here. Give the microservice PassThroughRpcFilter, else errors arrive without their kind.
 */
export class RabbitServer extends Server implements CustomTransportStrategy {
  override readonly transportId = RABBIT_TRANSPORT;
  private readonly duplicates = new Set<string>();
  private readonly queues: { name: string; consumer: Consumer; counts: DeliveryWorker['counts'] }[] = [];
  private readonly consumers: Consumer[] = [];
  private drained: Promise<void> | null = null;

  constructor(private readonly options: RabbitServerOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
  }

  /** Nest keeps only the last of two handlers of a query and chains those of an event: neither may pass unseen. */
  override addHandler(pattern: string, callback: MessageHandler, isEvent = false, extras: object = {}): void {
    if (this.messageHandlers.has(pattern)) this.duplicates.add(pattern);
    super.addHandler(pattern, callback, isEvent, extras);
  }

  /** Fails when the handlers do not fit the topology or a queue is missing; an absent broker only delays the work. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      const { service, manifest, contracts } = this.options.connections;
      const { duplicates, messageHandlers: handlers } = this;
      this.build(handlersOf({ service, manifest, contracts, handlers, duplicates }));
      await this.attach();
    } catch (error) {
      await this.close();
      return callback(error);
    }
    callback();
  }

  stats(): QueueStats[] {
    return this.queues.map(({ name, consumer, counts }) => ({ queue: name, ...consumer.stats(), ...counts }));
  }

  /** Stops taking messages and waits for those in work, and for what they published. Belongs before anything else is closed. */
  drain(): Promise<void> {
    this.drained ??= this.stopConsuming();
    return this.drained;
  }

  async close(): Promise<void> {
    await this.drain();
  }

  // Nest declares the parameter as Function.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
  on(_event: string, _callback: Function): void {
    throw new Error('The transport has no events; ask stats().');
  }

  unwrap<T>(): T {
    return this.options.connections as T;
  }

  private build(handlers: Handlers): void {
    const { connections, clock } = this.options;
    const { consuming: connection, logger, namespace, service } = connections;
    const common = { connection, logger, clock };
    for (const queueHandlers of handlers.queues) {
      const { name, concurrency } = queueHandlers.spec;
      const worker = messageWorker(connections, queueHandlers, this.options);
      const work: DeliveryWorker['work'] = (...delivered) => worker.work(...delivered);
      const consumer = new Consumer({ ...common, queue: queueOf(namespace, name), concurrency, work });
      this.queues.push({ name, consumer, counts: worker.counts });
      this.consumers.push(consumer);
    }
    if (handlers.queries.size === 0) return;
    const responder = new QueryResponder(connections, handlers.queries);
    this.consumers.push(
      new Consumer({
        ...common,
        queue: queriesOf(namespace, service),
        concurrency: queryConcurrency,
        declare: (channel) => responder.declare(channel),
        work: (delivery) => responder.work(delivery),
      }),
    );
  }

  private async attach(): Promise<void> {
    const { connections, startTimeoutMs = 10_000 } = this.options;
    const publishing = connections
      .publisher()
      .ready(startTimeoutMs)
      .then(
        () => true,
        () => false,
      );
    const attached = await Promise.all(this.consumers.map((consumer) => consumer.start(startTimeoutMs)));
    if (attached.every(Boolean) && (await publishing)) return;
    connections.logger.warn(
      { service: connections.service },
      'started without the broker; messages are taken up later',
    );
  }

  private async stopConsuming(): Promise<void> {
    const { connections, drainTimeoutMs = 20_000 } = this.options;
    const results = await Promise.allSettled(this.consumers.map((consumer) => consumer.close(drainTimeoutMs)));
    for (const result of results) {
      if (result.status === 'rejected') {
        connections.logger.warn({ reason: messageOf(result.reason) }, 'a consumer did not close');
      }
    }
    await connections.publisher().flush();
  }
}
