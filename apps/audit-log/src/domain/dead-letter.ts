import type { MessageKind } from '@firmbridge/contracts';
import { largestMessageBytes, type Contracts, type DrainedLetter } from '@firmbridge/messaging';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { causeOf, fingerprintOf } from './cause.js';
import { failureOf, type Failure } from './failure.js';
import { lineOf, storableHeaders } from './storable.js';

/** Owns the letters whose tenant cannot be read. */
export const nilTenantId = '00000000-0000-0000-0000-000000000000';

/** Names, on a message that was resent, the letter it was before. */
export const deadLetterHeader = 'x-dead-letter-id';

/** The properties of a message that it has again when it is sent again. */
export interface StoredProperties {
  readonly messageId?: string;
  readonly type?: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly correlationId?: string;
  readonly timestamp?: number;
}

/** A letter in the form in which it is first kept. */
export interface NewDeadLetter {
  readonly tenantId: string;
  readonly deadLetterId: string;
  readonly queue: string;
  readonly messageId: string | null;
  readonly type: string | null;
  readonly kind: MessageKind | null;
  readonly correlationId: string | null;
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly attempts: number;
  readonly failedAt: Date;
  readonly fingerprint: string;
  readonly cause: string;
  readonly previousDeadLetterId: string | null;
  /** AMQP properties, as they are needed to send it again. */
  readonly properties: StoredProperties;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  readonly bodyBytes: number;
  readonly bodyIsKept: boolean;
}

const longestName = 200;
/** Of a body that nobody reads anyway. */
const keptOfOversizedBytes = 64 * 1024;

/** Reads whatever can be read of a letter; everything in it may be wrong. */
export function deadLetterOf(letter: DrainedLetter, contracts: Contracts, now: Date): NewDeadLetter {
  const facts = factsIn(letter);
  const contract = facts.type === null ? undefined : contracts.get(facts.type);
  const failure = failureOf(letter, now);
  return {
    ...facts,
    ...identified(letter, failure, facts.type),
    kind: contract?.kind ?? null,
    previousDeadLetterId: z.uuid().safeParse(letter.headers[deadLetterHeader]).data ?? null,
    properties: storableProperties(letter.properties),
    headers: storableHeaders(letter.headers),
  };
}

/** Of a letter whose particulars cannot be kept: no more than what it was, where it failed, and its body. */
export function bareLetterOf(letter: DrainedLetter, now: Date): NewDeadLetter {
  const failure = {
    code: 'message.indescribable',
    message: 'The message could not be described, so only its body was kept; the log says why.',
    attempts: 0,
    failedAt: now,
  };
  return {
    ...identified(letter, failure, null),
    tenantId: nilTenantId,
    messageId: null,
    type: null,
    kind: null,
    correlationId: null,
    previousDeadLetterId: null,
    properties: {},
    headers: {},
  };
}

function identified(letter: DrainedLetter, { code, message, attempts, failedAt }: Failure, type: string | null) {
  const { queue, body } = letter;
  const cause = causeOf(message);
  const bodyIsKept = body.length <= largestMessageBytes;
  return {
    deadLetterId: identityOf(letter),
    queue,
    errorCode: code,
    errorMessage: message,
    attempts,
    failedAt,
    cause,
    fingerprint: fingerprintOf({ queue, type, errorCode: code, cause }),
    body: bodyIsKept ? body : body.subarray(0, keptOfOversizedBytes),
    bodyBytes: body.length,
    bodyIsKept,
  };
}

/** The same for a letter that is drained twice, and another one when the same message fails again. */
function identityOf({ queue, body, properties, headers, brokersDeath }: DrainedLetter): string {
  const digest = createHash('sha256').update(body).digest('hex');
  const parts = [
    queue,
    properties.messageId,
    brokersDeath === null ? headers['x-failed-at'] : brokersDeath.at?.toISOString(),
    headers['x-attempt'],
    headers[deadLetterHeader],
    digest,
  ];
  const hash = createHash('sha256')
    .update(JSON.stringify(parts.map(String)))
    .digest();
  // RFC 9562 leaves version 8 to whoever makes the id.
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const envelopeFacts = z
  .object({
    id: z.unknown(),
    type: z.unknown(),
    correlationid: z.unknown(),
    tenantid: z.uuid().catch(nilTenantId),
  })
  .catch({ id: null, type: null, correlationid: null, tenantid: nilTenantId });

function factsIn({ body, properties }: DrainedLetter) {
  const envelope = envelopeFacts.parse(parsed(body));
  return {
    tenantId: envelope.tenantid,
    messageId: lineOf(envelope.id, longestName) ?? lineOf(properties.messageId, longestName),
    type: lineOf(envelope.type, longestName) ?? lineOf(properties.type, longestName),
    correlationId: lineOf(envelope.correlationid, longestName) ?? lineOf(properties.correlationId, longestName),
  };
}

function parsed(body: Buffer): unknown {
  if (body.length > largestMessageBytes) return null;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // That it is not JSON is what the letter itself tells.
    return null;
  }
}

const longestShortString = 255;

/** What AMQP and PostgreSQL both take: a property that neither would is left out when the message is sent again. */
function storableProperties({ timestamp, ...texts }: DrainedLetter['properties']): StoredProperties {
  const stored: Record<string, string> = {};
  for (const [name, value] of Object.entries(texts)) {
    const text = lineOf(value, longestShortString);
    if (text !== null && Buffer.byteLength(text) <= longestShortString) stored[name] = text;
  }
  const seconds = z.int().min(0).safeParse(timestamp);
  return seconds.success ? { ...stored, timestamp: seconds.data } : stored;
}
