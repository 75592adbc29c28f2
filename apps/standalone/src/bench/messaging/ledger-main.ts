import { Database } from '@firmbridge/database';
import { BrokerConnections, Inbox } from '@firmbridge/messaging';
import amqplib from 'amqplib';
import { Ledger } from '../../faults/messaging/ledger.js';
import { startLedger } from '../../faults/messaging/ledger-service.js';
import { ledgerSettings } from '../../faults/messaging/process-protocol.js';
import { ledgerSchema } from '../../faults/messaging/record-tables.js';
import { recordContracts, recordManifest } from '../../faults/messaging/records.js';
import { lineLogger, StoryProcess } from '../../faults/messaging/story-process.js';

const story = new StoryProcess(process.env);
const { databaseUrl, amqpUrl, namespace, concurrency } = story.settings(ledgerSettings);
const database = await Database.connect({
  url: databaseUrl,
  service: ledgerSchema.service,
  namespace,
  entities: ledgerSchema.entities,
  poolMax: concurrency,
});
const connections = new BrokerConnections({
  ...{ connect: amqplib.connect, url: amqpUrl, namespace, service: 'ledger' },
  manifest: recordManifest({ concurrency, withTap: false }),
  contracts: recordContracts,
  logger: lineLogger,
});
const service = await startLedger(connections, new Ledger({ database, inbox: new Inbox(database) }));
story.onStop(async () => {
  await service.stop();
  await connections.close();
  await database.close();
});
story.tell({ kind: 'ready' });
