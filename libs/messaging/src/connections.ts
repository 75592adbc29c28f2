import { contractsByType } from '@firmbridge/contracts';
import { BrokerConnection, type BrokerConnect } from '@firmbridge/subscriber/amqp';
import type { Contracts } from '@firmbridge/subscriber/amqp';
import { silentLogger, type MessagingLogger } from '@firmbridge/subscriber/amqp';
import { topology } from './manifest.js';
import { Publisher, type PublisherOptions } from './publisher.js';
import { mustRoute } from './routing.js';
import type { TopologyManifest } from './topology.js';

export interface BrokerOptions {
  readonly connect: BrokerConnect;
  readonly url: string;
  /** Prefix of every exchange and queue. */
  readonly namespace: string;
  readonly service: string;
  /** The platform's own unless given. */
  readonly manifest?: TopologyManifest;
  /** The platform's own unless given. */
  readonly contracts?: Contracts;
  readonly logger?: MessagingLogger;
  readonly publishing?: Pick<PublisherOptions, 'maxInFlight' | 'confirmTimeoutMs'>;
}

/**
 * A service's two connections: one to publish, one to consume, so that a broker that holds back publishers does not hold
 * back acknowledgements. Nothing connects before `open` or the first use.
 */
export class BrokerConnections {
  readonly namespace: string;
  readonly service: string;
  readonly manifest: TopologyManifest;
  readonly contracts: Contracts;
  readonly logger: MessagingLogger;
  readonly publishing: BrokerConnection;
  readonly consuming: BrokerConnection;
  private readonly ownPublisher: Publisher;

  constructor(options: BrokerOptions) {
    this.namespace = options.namespace;
    this.service = options.service;
    this.manifest = options.manifest ?? topology;
    this.contracts = options.contracts ?? contractsByType;
    this.logger = options.logger ?? silentLogger;
    const connection = (use: string) =>
      new BrokerConnection({ ...options, name: `${options.service} ${use}`, logger: this.logger });
    this.publishing = connection('publish');
    this.consuming = connection('consume');
    this.ownPublisher = new Publisher({
      ...options.publishing,
      connection: this.publishing,
      namespace: this.namespace,
      mustRoute: mustRoute(this.manifest),
      logger: this.logger,
    });
  }

  /** Connects; rejects with an AppError `unavailable` when the broker does not answer in time, and goes on trying. */
  async open(timeoutMs = 10_000): Promise<void> {
    await Promise.all([
      this.publishing.up(timeoutMs),
      this.consuming.up(timeoutMs),
      this.ownPublisher.ready(timeoutMs),
    ]);
  }

  /** Both connections are up. */
  get connected(): boolean {
    return this.publishing.current !== null && this.consuming.current !== null;
  }

  publisher(): Publisher {
    return this.ownPublisher;
  }

  /** Closes everything; whoever consumes or publishes must have stopped before. */
  async close(): Promise<void> {
    await this.ownPublisher.flush();
    await this.ownPublisher.close();
    await Promise.all([this.publishing.close(), this.consuming.close()]);
  }
}
