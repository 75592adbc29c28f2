import {
  AppError,
  contractsByType,
  envelopeSchema,
  toMessage,
  type ExchangeName,
  type Message,
  type MessageContract,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import type { Options } from 'amqplib';
import type { z } from 'zod';

export type Contracts = ReadonlyMap<string, MessageContract>;

/** A message in the form in which it waits in an outbox: all but its namespace is decided. */
export interface StoredMessage {
  readonly messageId: string;
  readonly type: string;
  readonly exchange: ExchangeName;
  readonly routingKey: string;
  readonly traceparent: string | null;
  /** The CloudEvents envelope as JSON. */
  readonly envelope: string;
}

export function toStored({ contract, envelope, routingKey }: OutgoingMessage): StoredMessage {
  return {
    messageId: envelope.id,
    type: envelope.type,
    exchange: contract.exchange,
    routingKey,
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

/**
 * Reads a delivery. Throws an AppError that is not retryable and says why: unparsable, of an unknown type, or in breach of
 * its schema; it names paths and never values.
 */
export function decodeMessage(content: Buffer, contracts: Contracts = contractsByType): Message {
  const envelope = envelopeSchema.safeParse(parseJson(content));
  if (!envelope.success) throw refused('message.unparsable', 'The envelope is wrong', envelope.error);
  const message = toMessage(envelope.data);
  const contract = contracts.get(message.type);
  if (contract === undefined) {
    throw new AppError('validation', 'message.unknown_type', `No contract has the type ${message.type}.`);
  }
  const data = contract.data.safeParse(message.data);
  if (!data.success) throw refused('message.schema_breach', `The data breaks ${message.type}`, data.error);
  return { ...message, data: data.data };
}

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw new AppError('validation', 'message.unparsable', 'The body is not JSON.', { cause });
  }
}

const namedIssues = 5;

function refused(code: string, what: string, error: z.ZodError): AppError {
  const places = error.issues.map((issue) => `${issue.path.join('.') || 'root'} (${issue.code})`);
  const shown = places.slice(0, namedIssues).join(', ');
  const more = places.length > namedIssues ? ` and ${places.length - namedIssues} more` : '';
  return new AppError('validation', code, `${what} at ${shown}${more}.`, { details: { issues: places.length } });
}
