import { randomUUID } from 'node:crypto';
import type { OutgoingMessage } from '@firmbridge/contracts';
import { recordChangedMessage, type RecordKey } from '../../faults/messaging/registry.js';

const tenants = Array.from({ length: 4 }, () => randomUUID());
const records = 2_000;
/** Makes an envelope 1.5 to 2 kB large, as an entity event is. */
const shortestNote = 1_000;
const longestNote = 1_500;

export const recordKeys: readonly RecordKey[] = Array.from({ length: records }, (_, record) => ({
  tenantId: tenants[record % tenants.length] ?? '',
  record,
}));

export function noteFor(index: number): string {
  return 'n'.repeat(shortestNote + (index % (longestNote - shortestNote)));
}

/** Events of many records, one version after the other. */
export function eventsOf(count: number): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => {
    const key = recordKeys[index % records] ?? { tenantId: '', record: 0 };
    return recordChangedMessage(key, { record: key.record, n: Math.floor(index / records) + 1, note: noteFor(index) });
  });
}
