import { authMessages, mappingMessages, operationMessages, syncMessages } from '@firmbridge/contracts';
import { defaultRetryDelaysMs, type MessageSource, type QueueSpec, type TopologyManifest } from './topology.js';

/** Every entity event, whatever its type and verb. */
export const anyEntityEvent = { exchange: 'entities', pattern: 'entity.#' } as const;

const { connectionStopping, tenantErasing } = authMessages;
const { connectionEstablished, connectionReauthorizationRequired, connectionDisconnected, pairingCreated } =
  authMessages;
const connectionEvents = [connectionEstablished, connectionReauthorizationRequired, connectionDisconnected];

interface QueueOptions {
  readonly concurrency: number;
  readonly lane?: string;
}

function queue(name: string, sources: readonly MessageSource[], { concurrency, lane }: QueueOptions): QueueSpec {
  const owner = name.slice(0, name.indexOf('.'));
  const bindings = sources.map((source) => (lane === undefined ? { source } : { source, lane }));
  return { name, owner, bindings, concurrency, retryDelaysMs: defaultRetryDelaysMs };
}

/** The platform's topology. A change of bindings or queues takes effect with the next migration. */
export const topology: TopologyManifest = {
  version: 8,
  queues: [
    queue('auth.create-pairing', [authMessages.createPairing], { concurrency: 4 }),
    queue('auth.disconnections', [authMessages.disconnectConnection, authMessages.connectionStopped], {
      concurrency: 4,
    }),
    queue('auth.erasures', [authMessages.eraseTenant, authMessages.tenantErased], { concurrency: 2 }),
    queue('clio-sync.start-run', [syncMessages.clioSyncMessages.startRun], { concurrency: 4 }),
    queue('clio-sync.write-record', [operationMessages.clioWriteMessages.writeRecord], { concurrency: 8 }),
    queue('clio-sync.keep-connections', connectionEvents, { concurrency: 4 }),
    queue('clio-sync.note-applied', [mappingMessages.recordsApplied], { concurrency: 8 }),
    queue('clio-sync.stop-connection', [connectionStopping], { concurrency: 4 }),
    queue('clio-sync.erase-tenant', [tenantErasing], { concurrency: 2 }),
    queue('ghl-sync.start-run', [syncMessages.ghlSyncMessages.startRun], { concurrency: 4 }),
    queue('ghl-sync.note-applied', [mappingMessages.recordsApplied], { concurrency: 8 }),
    queue('ghl-sync.keep-connections', connectionEvents, { concurrency: 4 }),
    queue('ghl-sync.upsert-contact', [syncMessages.upsertGhlContact], { concurrency: 8 }),
    queue('ghl-sync.write-record', [operationMessages.ghlWriteMessages.writeRecord], { concurrency: 8 }),
    queue('ghl-sync.stop-connection', [connectionStopping], { concurrency: 4 }),
    queue('ghl-sync.erase-tenant', [tenantErasing], { concurrency: 2 }),
    queue('mapping.normalize-live', [mappingMessages.normalizeRecords], { concurrency: 4, lane: 'live' }),
    queue('mapping.normalize-backfill', [mappingMessages.normalizeRecords], { concurrency: 2, lane: 'backfill' }),
    queue('mapping.keep-links', [syncMessages.writeFinished], { concurrency: 8 }),
    queue('mapping.keep-connections', [...connectionEvents, pairingCreated], { concurrency: 4 }),
    queue('mapping.replay-entities', [mappingMessages.replayEntities], { concurrency: 2 }),
    queue('mapping.erase-tenant', [tenantErasing], { concurrency: 2 }),
    queue('audit-log.keep-transactions', [syncMessages.providerCallAttempted], { concurrency: 32 }),
    queue('audit-log.keep-problems', [syncMessages.problemRaised], { concurrency: 8 }),
    queue('audit-log.erase-tenant', [tenantErasing], { concurrency: 2 }),
  ],
  streams: [{ name: 'entities.stream', source: { exchange: 'entities', pattern: '#' }, maxAge: '7D', maxBytes: 5e9 }],
};
