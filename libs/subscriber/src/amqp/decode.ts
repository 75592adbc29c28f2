import {
  AppError,
  contractsByType,
  envelopeSchema,
  toMessage,
  type Message,
  type MessageContract,
} from '@firmbridge/contracts';
import type { z } from 'zod';

export type Contracts = ReadonlyMap<string, MessageContract>;

/** Ours stay well below; what is larger is not read at all. */
export const largestMessageBytes = 4 * 1024 * 1024;

/**
 * Reads a delivery. Throws an AppError that is not retryable and says why: too large, unparsable, of an unknown type, or in
 * breach of its schema; it names paths and never values.
 */
export function decodeMessage(content: Buffer, contracts: Contracts = contractsByType): Message {
  if (content.length > largestMessageBytes) {
    const [size, limit] = [content.length, largestMessageBytes].map((bytes) => (bytes / 1024 / 1024).toFixed(1));
    throw new AppError('validation', 'message.too_large', `The body has ${size} MiB; at most ${limit} MiB are read.`);
  }
  const envelope = envelopeSchema.safeParse(parseJson(content));
  if (!envelope.success) throw refused('message.unparsable', 'The envelope is wrong', envelope.error);
  const message = toMessage(envelope.data);
  const contract = contracts.get(message.type);
  if (contract === undefined) {
    const { type } = message;
    throw new AppError('validation', 'message.unknown_type', `No contract has the type ${type}.`, {
      details: { type },
    });
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
