import type { ExchangeName, OutgoingMessage } from '@firmbridge/contracts';
import type { Options } from 'amqplib';

/** A message in the form in which it waits in an outbox: all but its namespace is decided. */
export interface StoredMessage {
  readonly messageId: string;
  readonly type: string;
  /** Empty when the routing key is the full name of the one queue it is for. */
  readonly exchange: ExchangeName | '';
  readonly routingKey: string;
  readonly traceparent: string | null;
  /** The CloudEvents envelope as JSON. */
  readonly envelope: string;
}

export function toStored({ contract, envelope, routingKey, queue }: OutgoingMessage): StoredMessage {
  const place =
    queue === undefined ? { exchange: contract.exchange, routingKey } : { exchange: '' as const, routingKey: queue };
  return {
    messageId: envelope.id,
    type: envelope.type,
    ...place,
    traceparent: envelope.traceparent ?? null,
    envelope: JSON.stringify(envelope),
  };
}

/** AMQP properties of a message; the trace context is the one of its making, not that of the relay. */
export function propertiesOf({ messageId, type, traceparent }: StoredMessage): Options.Publish {
  return {
    messageId,
    type,
    contentType: 'application/cloudevents+json',
    persistent: true,
    headers: traceparent === null ? {} : { traceparent },
  };
}
