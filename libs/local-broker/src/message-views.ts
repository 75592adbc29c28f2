import type { Destination } from './destination.js';
import { openEnvelope, storeMessage, type MessageProperties, type QueuedMessage } from './message.js';
import type { Publication } from './virtual-host.js';

/** The message as its consumer gets it: its own copy of everything. */
export function describeDelivery(message: QueuedMessage, from: Destination, deliveryTag: number) {
  const { exchange, routingKey, properties } = openEnvelope(message);
  return {
    content: Buffer.from(message.content),
    fields: { deliveryTag, redelivered: message.returns > 0, exchange, routingKey },
    properties: allProperties(properties, from.deliveryHeaders(message)),
  };
}

export function asReceived({ content, ...envelope }: Publication) {
  const { properties } = openEnvelope(storeMessage(envelope, content));
  return { content, properties: allProperties(properties, {}) };
}

export function asReturned(publication: Publication) {
  const { exchange, routingKey } = publication;
  return { ...asReceived(publication), fields: { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey } };
}

/** amqplib names every property, also those that were not sent. */
function allProperties(properties: MessageProperties, ownHeaders: Readonly<Record<string, unknown>>) {
  return {
    contentType: properties.contentType,
    contentEncoding: properties.contentEncoding,
    headers: { ...properties.headers, ...ownHeaders },
    deliveryMode: properties.deliveryMode,
    priority: properties.priority,
    correlationId: properties.correlationId,
    replyTo: properties.replyTo,
    expiration: properties.expiration,
    messageId: properties.messageId,
    timestamp: properties.timestamp,
    type: properties.type,
    userId: properties.userId,
    appId: properties.appId,
    clusterId: undefined,
  };
}
