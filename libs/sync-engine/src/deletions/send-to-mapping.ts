import { mappingMessages, newOrigin, uncheckedMessage, type Cause, type ChangedRecord } from '@firmbridge/contracts';
import { splitIntoCommands } from '../chunks.js';
import type { Work } from '../work.js';
import type { DeletionScope } from './signals.js';

export interface Sending extends Omit<DeletionScope, 'observedAt' | 'runId'> {
  readonly cause: Cause;
  readonly lane: 'live' | 'backfill';
}

/** No run waits for these records: nobody counts them. */
export async function sendToMapping(work: Work, sending: Sending, changed: readonly ChangedRecord[]): Promise<void> {
  const { tx, outbox, service, now } = work;
  const { tenantId, connectionId, provider, resource, correlationId, cause, lane } = sending;
  const orderingKey = `${tenantId}/${connectionId}/${resource}`;
  const messages = splitIntoCommands(changed).map((records) =>
    uncheckedMessage(
      mappingMessages.normalizeRecords,
      { connectionId, provider, resource, runId: null, cause, records },
      newOrigin({ service, tenantId, now, correlationId }),
      { lane, orderingKey },
    ),
  );
  await outbox.add(tx, messages);
}
