import { defineCommand, defineEvent, type MessageContract } from '@firmbridge/contracts';
import type { MessageSource, QueueSpec, TopologyManifest } from '@firmbridge/messaging';
import { z } from 'zod';

const data = z.object({ record: z.int(), n: z.int(), note: z.string() });

/** Told for every version of a record, in the order of the versions. */
export const recordChanged = defineEvent({
  name: 'registry.record-changed.v1',
  summary: 'A record has a new version.',
  data,
});

/** Its queue loses its binding now and then. */
export const archiveRecord = defineCommand({
  name: 'ledger.archive-record.v1',
  needs: { services: ['registry'] },
  summary: 'Keep a copy of this version of a record.',
  data,
});

export const recordContracts: ReadonlyMap<string, MessageContract> = new Map(
  [recordChanged, archiveRecord].map((contract) => [contract.type, contract]),
);

export type RecordData = z.output<typeof data>;

export const ledgerQueues = { apply: 'ledger.apply', archive: 'ledger.archive' } as const;

/** A queue nobody consumes while the story goes on: what is in it tells in which order the relays published. */
export const tapQueue = 'tap.records';

const retryDelaysMs = [200, 1_000, 3_000, 5_000];

function queue(name: string, source: MessageSource, concurrency: number): QueueSpec {
  const owner = name.slice(0, name.indexOf('.'));
  return { name, owner, bindings: [{ source }], concurrency, retryDelaysMs };
}

export interface ManifestOptions {
  /** Deliveries one ledger works on at the same time. */
  readonly concurrency: number;
  readonly withTap: boolean;
}

/** The topology of a small pair of services: the registry changes records, the ledger keeps what it hears of them. */
export function recordManifest({ concurrency, withTap }: ManifestOptions): TopologyManifest {
  return {
    version: 1,
    queues: [
      queue(ledgerQueues.apply, recordChanged, concurrency),
      queue(ledgerQueues.archive, archiveRecord, concurrency),
      ...(withTap ? [queue(tapQueue, recordChanged, 1)] : []),
    ],
    streams: [],
  };
}
