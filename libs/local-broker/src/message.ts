import type { Options } from 'amqplib';

/** What travels with the content. Values are whatever the publisher gave, as on a real connection. */
export interface MessageProperties {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly deliveryMode?: number;
  readonly priority?: number;
  readonly correlationId?: string;
  readonly replyTo?: string;
  readonly expiration?: string;
  readonly messageId?: string;
  readonly timestamp?: number;
  readonly type?: string;
  readonly userId?: string;
  readonly appId?: string;
}

export interface Envelope {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: MessageProperties;
}

/**
 * A published message in the form that is stored and handed on. The envelope stays JSON text: each delivery parses its own copy,
 * so no consumer can change what the next one sees.
 */
export interface StoredMessage {
  readonly envelope: string;
  readonly content: Buffer;
}

/** One message in one queue. */
export interface QueuedMessage extends StoredMessage {
  readonly queueId: number;
  /** Rises by one per message of the queue; a requeued message keeps it. */
  readonly position: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
  /** How often it came back from a consumer. */
  returns: number;
  /** `unwritten` until a journal batch takes it; `skipped` when it was gone before that. */
  row: 'unwritten' | 'written' | 'skipped';
}

const serializedBuffer = '"type":"Buffer"';

export function storeMessage(envelope: Envelope, content: Buffer): StoredMessage {
  return { envelope: JSON.stringify(envelope), content };
}

export function openEnvelope(message: StoredMessage): Envelope {
  const text = message.envelope;
  return JSON.parse(text, text.includes(serializedBuffer) ? reviveBuffer : undefined) as Envelope;
}

function reviveBuffer(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'Buffer') return value;
  return 'data' in value && Array.isArray(value.data) ? Buffer.from(value.data) : value;
}

/** Maps publish options to properties the way amqplib does. */
export function propertiesOf(options: Options.Publish): MessageProperties {
  return {
    contentType: options.contentType,
    contentEncoding: options.contentEncoding,
    headers: { ...(options.headers as Record<string, unknown> | undefined) },
    deliveryMode: deliveryModeOf(options),
    priority: options.priority,
    correlationId: options.correlationId,
    replyTo: options.replyTo,
    expiration: options.expiration === undefined ? undefined : String(options.expiration),
    messageId: options.messageId,
    timestamp: options.timestamp,
    type: options.type,
    userId: options.userId,
    appId: options.appId,
  };
}

function deliveryModeOf({ persistent, deliveryMode }: Options.Publish): number | undefined {
  if (persistent !== undefined) return persistent ? 2 : 1;
  if (typeof deliveryMode === 'number') return deliveryMode;
  return deliveryMode ? 2 : undefined;
}
