import { setTimeout as wait } from 'node:timers/promises';
import { Database } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { seededRandom } from '../kills.js';
import { takeOutboxIds } from './messaging-sabotage.js';
import { registrySettings } from './process-protocol.js';
import { registrySchema } from './record-tables.js';
import { Registry, type RecordKey } from './registry.js';
import { StoryProcess } from './story-process.js';

const rolledBackShare = 0.1;
const slowShare = 0.1;
const burstShare = 0.01;
const burstVersions = 100;
const archivedShare = 0.1;
/** The hot records get half of the changes, so that writers meet. */
const hotRecords = 10;
const reportEveryMs = 1_000;

class ChangedMind extends Error {}

const story = new StoryProcess(process.env);
const settings = story.settings(registrySettings);
const { tenants, records, writers, eventsPerSecond, sabotage } = settings;
const database = await Database.connect({
  url: settings.databaseUrl,
  service: registrySchema.service,
  namespace: settings.namespace,
  entities: registrySchema.entities,
  poolMax: writers + 2,
});
const registry = new Registry(database, new Outbox(database));
const counts = { committed: 0, rolledBack: 0, slow: 0 };
let stopping = false;

const keys = Array.from({ length: records }, (_, record): RecordKey => ({ tenantId: tenantOf(record), record }));
for (const key of keys) await registry.create(key);

const averageVersions = 1 + 0.2 * 1.5 + burstShare * burstVersions;
const pauseMs = (1_000 * writers * averageVersions) / eventsPerSecond;

async function write(writer: number): Promise<void> {
  const random = seededRandom(settings.seed * 1_000 + writer);
  while (!stopping) {
    await changeSomething(random);
    await wait(-Math.log(1 - random()) * pauseMs);
  }
}

async function changeSomething(random: () => number): Promise<void> {
  const key = keys[Math.floor(random() * (random() < 0.5 ? hotRecords : records))];
  if (key === undefined) return;
  const fate = random();
  const isSlow = fate < slowShare;
  const isRolledBack = !isSlow && fate < slowShare + rolledBackShare;
  const size = random();
  try {
    await registry.change(key, {
      versions: size < burstShare ? burstVersions : size < 0.2 ? 2 + Math.floor(random() * 2) : 1,
      archived: random() < archivedShare,
      note: 'n'.repeat(200 + Math.floor(random() * 1_600)),
      first: async (tx, messages) => {
        if (sabotage === 'no-row-lock') await tx.query(takeOutboxIds, [messages]);
      },
      last: async () => {
        if (isSlow) await wait(50 + random() * 350);
        if (isRolledBack) throw new ChangedMind();
      },
    });
    counts.committed += 1;
    if (isSlow) counts.slow += 1;
  } catch (error) {
    if (!(error instanceof ChangedMind)) throw error;
    counts.rolledBack += 1;
  }
}

function tenantOf(record: number): string {
  return tenants[record % tenants.length] ?? '';
}

function report(): void {
  story.tell({ kind: 'registry', counts: { ...counts } });
  Object.assign(counts, { committed: 0, rolledBack: 0, slow: 0 });
}

setInterval(report, reportEveryMs).unref();
const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
story.onStop(async () => {
  stopping = true;
  await writing;
  report();
  await database.close();
});
story.tell({ kind: 'ready' });
await writing;
