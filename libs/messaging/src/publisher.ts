import type { OutgoingMessage } from '@firmbridge/contracts';
import {
  ConfirmedPublisher,
  type ConfirmedPublisherOptions,
  type PublishResult,
  type RawOutgoing,
} from '@firmbridge/subscriber/amqp';
import { propertiesOf, toStored, type StoredMessage } from './codec.js';
import type { MustRoute } from './routing.js';
import { exchangeOf } from './topology.js';

export interface PublisherOptions extends ConfirmedPublisherOptions {
  readonly namespace: string;
  readonly mustRoute: MustRoute;
}

/** Publishes messages of the platform; see ConfirmedPublisher for what that promises. */
export class Publisher extends ConfirmedPublisher {
  constructor(private readonly addressing: PublisherOptions) {
    super(addressing);
  }

  /** A message that must reach a queue (see mustRoute; for a raw one: its `mandatory`) and does not is `returned`. */
  override publish(messages: readonly (OutgoingMessage | RawOutgoing)[]): Promise<PublishResult[]> {
    return super.publish(messages.map((each) => ('contract' in each ? this.toRaw(toStored(each)) : each)));
  }

  /** A message from an outbox, addressed within the namespace. */
  toRaw(stored: StoredMessage): RawOutgoing {
    const { exchange, routingKey, envelope } = stored;
    const { namespace, mustRoute } = this.addressing;
    const place =
      exchange === ''
        ? { exchange, mandatory: false }
        : { exchange: exchangeOf(namespace, exchange), mandatory: mustRoute(exchange, routingKey) };
    return {
      exchange: place.exchange,
      routingKey,
      content: Buffer.from(envelope),
      properties: { ...propertiesOf(stored), mandatory: place.mandatory },
    };
  }
}
