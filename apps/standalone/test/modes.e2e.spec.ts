import { jest } from '@jest/globals';
import { clioResourceNames, type ClioResourceName } from '@firmbridge/clio-api';
import { clioSync } from '@firmbridge/clio-sync';
import type { Connection, RunMode } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { eventually } from '@firmbridge/testing';
import { demoTenantId } from '../src/environment.js';
import { editable } from '../src/faults/clio/clio-edits.js';
import { tapEntityEvents } from './event-tap.js';
import { finishedRun } from './finished-run.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

jest.setTimeout(60_000);

/** Each way in which a resource is read, and the cause that its events name. */
const modes: readonly (readonly [RunMode, string])[] = [
  ['initial', 'initial'],
  ['incremental', 'poll'],
  ['webhook', 'webhook'],
  ['manual', 'manual'],
];

let running: TestPlatform;
let storage: Database;
let clio: Connection;
let tap: Awaited<ReturnType<typeof tapEntityEvents>>;

beforeAll(async () => {
  const only = ['audit-log', 'auth', 'mapping', 'clio-sync'];
  // So many that there is a record of each resource.
  running = await startTestPlatform({ amqpUrl: null, only, sandbox: { matters: 50 } });
  tap = await tapEntityEvents(running);
  storage = await running.database.connect(clioSync.schema!);
  clio = await running.demo.connect('clio');
  const first = await finishedRun(running);
  await eventually(() => tap.events.length === first.resources.reduce((sum, { events }) => sum + events, 0));
});
afterAll(async () => {
  await tap?.close();
  await running?.stop();
});

/** The account has nothing that changes in Clio's pages; it is read with the others. */
const isEdited = (name: ClioResourceName) => name !== 'who_am_i';
const edited = clioResourceNames.filter(isEdited);

/** One record of each resource gets a text that it never had. */
async function editEverywhere(text: string): Promise<void> {
  const rows = await storage.inTenant(demoTenantId, (tx) =>
    tx.query<{ resource: string; id: string }>(
      `select resource, max(record_id) as id from record where tenant_id = $1 and deleted_at is null group by resource`,
      [demoTenantId],
    ),
  );
  for (const name of edited) {
    const { collection, field } = editable[name];
    const id = rows.find(({ resource }) => resource === name)?.id;
    running.sandbox.control.clio.edit(collection, Number(id), { [field]: `${text} ${name}` });
  }
}

async function run(mode: RunMode) {
  const runId = await running.demo.startRun(clio.connectionId, mode);
  const { resources } = await finishedRun(running, runId);
  return resources.map(({ resource, state, events }) => ({ resource, state, events }));
}

describe.each(modes)('a run of mode %s', (mode, cause) => {
  it('reads all 20 resources and tells the change of each, once, and why it was read', async () => {
    await editEverywhere(mode);
    const before = tap.events.length;
    const seen = await run(mode);
    const each = clioResourceNames.map((resource) => ({ resource, state: 'completed' }));
    expect(seen).toEqual(each.map((one) => ({ ...one, events: isEdited(one.resource) ? 1 : 0 })));
    await eventually(() => tap.events.length === before + edited.length);
    const told = tap.events.slice(before);
    expect(new Set(told.map(({ subject }) => subject)).size).toBe(edited.length);
    expect(new Set(told.map(({ data }) => (data as { cause: string }).cause))).toEqual(new Set([cause]));
  });

  it('tells nothing when nothing changed', async () => {
    const before = tap.events.length;
    expect((await run(mode)).filter(({ state, events }) => state !== 'completed' || events > 0)).toEqual([]);
    expect(tap.events).toHaveLength(before);
  });
});
