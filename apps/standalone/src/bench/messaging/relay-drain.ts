import type { OutgoingMessage } from '@firmbridge/contracts';
import { OutboxRelay, silentLogger, type BrokerConnections } from '@firmbridge/messaging';
import type { BenchStores } from './bench-stores.js';

const eventsPerTransaction = 1_000;

/** Writes events into the outbox as their services would, many to a transaction. Answers seconds. */
export async function fillOutbox(stores: BenchStores, events: readonly OutgoingMessage[]): Promise<number> {
  const startedAt = performance.now();
  for (const tenantId of new Set(events.map(({ envelope }) => envelope.tenantid))) {
    const ofTenant = events.filter(({ envelope }) => envelope.tenantid === tenantId);
    for (let from = 0; from < ofTenant.length; from += eventsPerTransaction) {
      const chunk = ofTenant.slice(from, from + eventsPerTransaction);
      await stores.registry.inTenant(tenantId, (tx) => stores.outbox.add(tx, chunk));
    }
  }
  return (performance.now() - startedAt) / 1_000;
}

export interface RunningRelay {
  readonly relay: OutboxRelay;
  stop(): Promise<void>;
}

/** The relay of the registry, connected and with everything as in a service. */
export async function startRelay(stores: BenchStores): Promise<RunningRelay> {
  const connections = stores.connections();
  await connections.publisher().ready(10_000);
  const relay = relayOn(stores, connections);
  relay.start();
  return {
    relay,
    stop: async () => {
      await relay.stop();
      await connections.close();
    },
  };
}

/** From the first look at a full outbox until it is empty. Answers seconds. */
export async function drainOutbox(stores: BenchStores): Promise<number> {
  const connections = stores.connections();
  await connections.publisher().ready(10_000);
  const relay = relayOn(stores, connections);
  const startedAt = performance.now();
  relay.start();
  await relay.idle();
  const seconds = (performance.now() - startedAt) / 1_000;
  await relay.stop();
  await connections.close();
  return seconds;
}

function relayOn({ registry: database, outbox }: BenchStores, connections: BrokerConnections): OutboxRelay {
  return new OutboxRelay({ database, outbox, publisher: connections.publisher(), logger: silentLogger });
}
