import { jest } from '@jest/globals';
import type { Deletion, Run } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { tapEntityEvents } from './event-tap.js';
import { finishedRun } from './finished-run.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

jest.setTimeout(120_000);

let platform: TestPlatform;
let tap: Awaited<ReturnType<typeof tapEntityEvents>>;
let connectionId: string;

beforeAll(async () => {
  const only = ['audit-log', 'auth', 'mapping', 'ghl-sync', 'clio-sync', 'gateway'];
  platform = await startTestPlatform({ amqpUrl: null, sandbox: { matters: 60 }, only });
  tap = await tapEntityEvents(platform);
  ({ connectionId } = await platform.demo.connect('clio'));
  const { resources } = await finishedRun(platform);
  const records = resources.reduce((sum, resource) => sum + resource.records, 0);
  await eventually(() => tap.events.length === records, { timeoutMs: 30_000 });
});
afterAll(async () => {
  await tap?.close();
  await platform?.stop();
});

async function api<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const { addresses, startupToken } = platform.settings;
  const response = await fetch(`${addresses.gatewayUrl}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${startupToken}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

async function sweep(...resources: string[]): Promise<Run> {
  const body = { mode: 'sweep', resources };
  const { runId } = await api<{ runId: string }>('POST', `/connections/${connectionId}/runs`, body);
  return finishedRun(platform, runId);
}

const newest = async (resource: string) => {
  const { deletions } = await api<{ deletions: Deletion[] }>('GET', `/deletions?resource=${resource}`);
  return deletions[0];
};
const until = (resource: string, state: Deletion['state']) =>
  eventually(async () => (await newest(resource))?.state === state, { timeoutMs: 30_000 });
const seen = (ending: string, cause: string) =>
  tap.events.filter(({ type, data }) => type.endsWith(ending) && (data as { cause: string }).cause === cause);
const control = () => platform.sandbox.control.clio;
const some = (collection: 'contacts' | 'matters', from: number, count: number) =>
  Array.from({ length: count }, (_, at) => control().idAt(collection, from + at));

it('finds a small deletion and tells it to everybody, once', async () => {
  control().removeMany('matters', some('matters', 0, 2));
  expect((await sweep('matters')).state).toBe('completed');
  await eventually(() => seen('matter.deleted.v1', 'poll').length === 2, { timeoutMs: 30_000 });
  await sweep('matters');
  expect(await newest('matters')).toMatchObject({ state: 'deleted', records: 2, evidence: 'absent_from_sweep' });
  expect(seen('matter.deleted.v1', 'poll')).toHaveLength(2);
});

it('deletes nothing after a sweep that could not read a page', async () => {
  control().removeMany('contacts', some('contacts', 0, 1));
  const fault = { kind: 'status' as const, status: 404 };
  const id = platform.sandbox.control.faults.add({ provider: 'clio', path: '*/contacts.json*', fault });
  expect((await sweep('contacts')).state).toBe('failed');
  platform.sandbox.control.faults.remove(id);
  expect(await newest('contacts')).toBeUndefined();
});

it('holds a mass deletion until a person approves it, and brings it all back when asked to', async () => {
  control().removeMany('contacts', some('contacts', 1, 20));
  await sweep('contacts');
  const held = await newest('contacts');
  expect(held).toMatchObject({ state: 'held', records: 21 });
  expect(seen('contact.deleted.v1', 'poll')).toEqual([]);

  await api('POST', `/deletions/${held?.deletionId}/approve`, {});
  await until('contacts', 'deleted');
  await eventually(() => seen('contact.deleted.v1', 'poll').length === 21, { timeoutMs: 30_000 });

  await api('POST', `/deletions/${held?.deletionId}/undo`, {});
  await until('contacts', 'undone');
  await eventually(() => seen('contact.created.v1', 'restore').length === 21, { timeoutMs: 30_000 });
  const versions = seen('contact.created.v1', 'restore').map(({ entityversion }) => entityversion?.n);
  expect(new Set(versions)).toEqual(new Set([3]));

  await sweep('contacts');
  expect((await newest('contacts'))?.state).toBe('undone');
});
