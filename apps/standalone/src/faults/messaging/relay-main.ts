import { Database } from '@firmbridge/database';
import { BrokerConnections, Outbox, OutboxRelay, type Publisher } from '@firmbridge/messaging';
import amqplib from 'amqplib';
import { NaiveRelay } from './naive-relay.js';
import { relaySettings } from './process-protocol.js';
import { registrySchema } from './record-tables.js';
import { recordContracts, recordManifest } from './records.js';
import { lineLogger, StoryProcess } from './story-process.js';

const pollMs = 100;
/** An order to die waits for a batch of at least so many rows. */
const deadlyBatchRows = 3;

const story = new StoryProcess(process.env);
const settings = story.settings(relaySettings);
const { sabotage } = settings;
const database = await Database.connect({
  url: settings.databaseUrl,
  service: registrySchema.service,
  namespace: settings.namespace,
  entities: registrySchema.entities,
  poolMax: 4,
});
const connections = new BrokerConnections({
  connect: amqplib.connect,
  url: settings.amqpUrl,
  namespace: settings.namespace,
  service: 'relay',
  manifest: recordManifest({ concurrency: 1, withTap: true }),
  contracts: recordContracts,
  logger: lineLogger,
});
const publisher = connections.publisher();
dieAmidBatches(publisher);
if (sabotage === 'no-mandatory') publishWithoutMandatory(publisher);
const relay =
  sabotage === 'cursor-by-id' || sabotage === 'skip-locked-relays'
    ? new NaiveRelay(sabotage, database, publisher, lineLogger)
    : new OutboxRelay({ database, outbox: new Outbox(database), publisher, logger: lineLogger, pollMs });
relay.start();
story.onStop(async () => {
  await relay.stop();
  await connections.close();
  await database.close();
});
story.tell({ kind: 'ready' });

function dieAmidBatches(victim: Publisher): void {
  const publish = victim.publish.bind(victim);
  victim.publish = async (messages) => {
    const publishing = publish(messages);
    if (messages.length < deadlyBatchRows) return publishing;
    story.dieSoonIfOrdered('unconfirmed');
    const results = await publishing;
    story.dieIfOrdered('confirmed');
    return results;
  };
}

function publishWithoutMandatory(victim: Publisher): void {
  const toRaw = victim.toRaw.bind(victim);
  victim.toRaw = (stored) => {
    const raw = toRaw(stored);
    return { ...raw, properties: { ...raw.properties, mandatory: false } };
  };
}
