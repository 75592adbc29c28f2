import { mappingMessages, newMessage, newOrigin, type MessageContract } from '@firmbridge/contracts';
import type { DrainedLetter } from '@firmbridge/messaging';
import { randomUUID } from 'node:crypto';

export const { normalizeRecords } = mappingMessages;

export function aNormalizeCommand() {
  return {
    connectionId: randomUUID(),
    provider: 'clio' as const,
    resource: 'contacts',
    runId: null,
    cause: 'poll' as const,
    records: [{ recordId: '1', revision: 1, deleted: false, body: { id: 1 } }],
  };
}

/** A message of the platform in the form in which it travels. */
export function anEnvelope(
  tenantId: string,
  contract: MessageContract = normalizeRecords,
  data: unknown = aNormalizeCommand(),
) {
  const origin = newOrigin({ service: 'clio-sync', tenantId, now: new Date() });
  return newMessage(contract, data as never, origin, contract.lanes.length > 0 ? { lane: contract.lanes[0]! } : {})
    .envelope;
}

/** A command to normalize records that failed with a sentence, unless facts say otherwise. */
export function aDrainedLetter(
  tenantId: string,
  { headers, body, ...facts }: Partial<Omit<DrainedLetter, 'body'>> & { body?: Buffer | object } = {},
): DrainedLetter {
  const envelope = anEnvelope(tenantId);
  return {
    queue: 'mapping.normalize-backfill',
    body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body ?? envelope)),
    properties: {
      messageId: envelope.id,
      type: envelope.type,
      contentType: 'application/cloudevents+json',
      contentEncoding: undefined,
      correlationId: undefined,
      timestamp: undefined,
    },
    headers: {
      traceparent: envelope.traceparent,
      'x-attempt': 5,
      'x-error-code': 'connection.unknown',
      'x-error-message': `There is no connection ${randomUUID()}.`,
      'x-failed-at': '2026-01-15T10:00:00.000Z',
      ...headers,
    },
    brokersDeath: null,
    ...facts,
  };
}
