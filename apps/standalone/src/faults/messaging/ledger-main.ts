import { Database } from '@firmbridge/database';
import { BrokerConnections, Inbox } from '@firmbridge/messaging';
import { seededRandom } from '../kills.js';
import { disturbedConnect } from './disturbed-deliveries.js';
import { Ledger } from './ledger.js';
import { startLedger } from './ledger-service.js';
import { ledgerSettings } from './process-protocol.js';
import { ledgerSchema } from './record-tables.js';
import { ledgerQueues, recordContracts, recordManifest } from './records.js';
import { lineLogger, StoryProcess } from './story-process.js';

const failingShare = 0.01;
const reportEveryMs = 1_000;

const story = new StoryProcess(process.env);
const settings = story.settings(ledgerSettings);
const { concurrency } = settings;
const random = seededRandom(settings.seed);
const counts = { duplicatesInjected: 0, deliveriesDelayed: 0, failuresInjected: 0 };
let reportedDuplicates = 0;
/** Of the queue that always has messages: the other one may stay empty for reasons of its own. */
let isLost = false;
let stopping = false;

const database = await Database.connect({
  url: settings.databaseUrl,
  service: ledgerSchema.service,
  namespace: settings.namespace,
  entities: ledgerSchema.entities,
  poolMax: 2 * concurrency,
});
const inbox = new Inbox(database);
const ledger = new Ledger({
  database,
  inbox,
  sabotage: settings.sabotage,
  beforeCommit: () => {
    story.dieIfOrdered('uncommitted');
    if (random() >= failingShare) return;
    counts.failuresInjected += 1;
    throw new Error('failed on purpose');
  },
  afterCommit: () => story.dieIfOrdered('unacknowledged'),
});
const connections = new BrokerConnections({
  connect: disturbedConnect({
    random,
    lost,
    delivered,
    duplicated: () => (counts.duplicatesInjected += 1),
    delayed: () => (counts.deliveriesDelayed += 1),
  }),
  url: settings.amqpUrl,
  namespace: settings.namespace,
  service: 'ledger',
  manifest: recordManifest({ concurrency, withTap: true }),
  contracts: recordContracts,
  logger: lineLogger,
});
const service = await startLedger(connections, ledger);
setInterval(report, reportEveryMs).unref();
story.onStop(async () => {
  stopping = true;
  await service.stop();
  report();
  await connections.close();
  await database.close();
});
story.tell({ kind: 'ready' });

function lost(): void {
  if (isLost || stopping) return;
  isLost = true;
  story.tell({ kind: 'lost', at: Date.now() });
}

function delivered(queue: string): void {
  if (!isLost || !queue.endsWith(ledgerQueues.apply)) return;
  isLost = false;
  story.tell({ kind: 'consuming', at: Date.now() });
}

function report(): void {
  const { duplicates } = inbox.stats();
  const duplicatesIgnored = duplicates - reportedDuplicates;
  reportedDuplicates = duplicates;
  story.tell({ kind: 'ledger', counts: { ...counts, duplicatesIgnored } });
  Object.assign(counts, { duplicatesInjected: 0, deliveriesDelayed: 0, failuresInjected: 0 });
}
