import { jest } from '@jest/globals';
import type { Connection, Freshness, Run } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { ghlResourceNames, ghlResources, type GhlResourceName } from '@firmbridge/ghl-api';
import { ghlSync } from '@firmbridge/ghl-sync';
import { eventually } from '@firmbridge/testing';
import { demoTenantId } from '../src/environment.js';
import { tapEntityEvents } from './event-tap.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

jest.setTimeout(120_000);

let platform: TestPlatform;
let tap: Awaited<ReturnType<typeof tapEntityEvents>>;
let storage: Database;
let connection: Connection;
let first: Run;

beforeAll(async () => {
  platform = await startTestPlatform({
    amqpUrl: null,
    webhooks: true,
    only: ['audit-log', 'auth', 'mapping', 'ghl-sync', 'gateway'],
    overrides: { 'ghl-sync': { GHL_WEBHOOK_QUIET_MS: '0' } },
    // So many that the deletions of this suite are no mass deletion.
    sandbox: { ghl: { size: { contacts: 60, opportunities: 10 }, switches: { indexDelayMs: 0 } } },
  });
  storage = await platform.database.connect(ghlSync.schema!);
  tap = await tapEntityEvents(platform);
  connection = await platform.demo.connect('ghl');
  const contacts = control().contacts(connection.accountId);
  [aContact = '', another = '', untouched = ''] = [1, 2, 5].map((at) => idOf(contacts[at]));
  first = await finished();
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

/** The named run, or the newest, when it is over. */
const finished = (runId?: string) =>
  eventually(
    async () => {
      const { runs } = await api<{ runs: Run[] }>('GET', '/runs');
      const run = runs.find((one) => runId === undefined || one.runId === runId);
      return run?.finishedAt ? run : null;
    },
    { timeoutMs: 60_000 },
  );
async function run(mode: string, ...resources: string[]): Promise<Run> {
  const path = `/connections/${connection.connectionId}/runs`;
  const { runId } = await api<{ runId: string }>('POST', path, { mode, resources });
  return finished(runId);
}

const control = () => platform.sandbox.control.ghl;
const idOf = (record: object | undefined) => String((record as { id?: unknown } | undefined)?.id);
/** None has notes or tasks of its own at first. */
let aContact: string;
let another: string;
/** A search may be behind: what changed within the last minute is not missed in it. */
let untouched: string;
const anOpportunity = () => idOf(control().opportunities(connection.accountId)[0]);

/** As a person at work, or another app, changes a location. */
async function ghl(method: string, path: string, body?: object): Promise<Record<string, Record<string, unknown>>> {
  const token = control()
    .facts()
    .locations.find(({ id }) => id === connection.accountId)?.privateToken;
  const response = await fetch(`${platform.sandbox.url}/ghl${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, Version: '2021-07-28', 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, Record<string, unknown>>;
}
const firstOf = (collection: 'users' | 'pipelines' | 'customFields' | 'customValues') =>
  idOf(control().definitions(collection)[0]);

/** For each resource a change, and what the entity then says. */
const changes: Record<GhlResourceName, { entityType: string; change: (text: string) => Promise<string> | string }> = {
  users: {
    entityType: 'user',
    change: (text) => edited('users', { lastName: text }),
  },
  custom_fields: { entityType: 'field-definition', change: (text) => edited('customFields', { name: text }) },
  custom_values: { entityType: 'custom-value', change: (text) => edited('customValues', { value: text }) },
  pipelines: { entityType: 'pipeline', change: (text) => edited('pipelines', { name: text }) },
  pipeline_stages: {
    entityType: 'pipeline-stage',
    change: (text) => {
      const [pipeline] = control().definitions('pipelines') as unknown as [{ id: string; stages: { id: string }[] }];
      const [stage, ...stages] = pipeline.stages;
      control().editDefinition('pipelines', pipeline.id, { stages: [{ ...stage, name: text }, ...stages] });
      return stage?.id ?? '';
    },
  },
  contacts: {
    entityType: 'contact',
    change: (text) => idOf(control().updateContact(aContact, { lastName: text })),
  },
  opportunities: {
    entityType: 'opportunity',
    change: (text) => idOf(control().updateOpportunity(anOpportunity(), { name: text })),
  },
  tasks: {
    entityType: 'task',
    change: async (title) => {
      const write = { title, dueDate: '2026-03-02T09:00:00Z', completed: false };
      return String((await ghl('POST', `/contacts/${touched()}/tasks`, write))['task']?.['id']);
    },
  },
  notes: {
    entityType: 'note',
    change: async (body) => String((await ghl('POST', `/contacts/${touched()}/notes`, { body }))['note']?.['id']),
  },
};
function edited(collection: 'users' | 'pipelines' | 'customFields' | 'customValues', change: object): string {
  const id = firstOf(collection);
  control().editDefinition(collection, id, { ...change });
  return id;
}
/** A contact that changes, too: its notes and tasks are looked at then. */
function touched(): string {
  control().updateContact(another, { city: `City ${Math.random()}` });
  return another;
}

async function remove(name: GhlResourceName, id: string): Promise<void> {
  if (name === 'contacts') return control().deleteContact(id);
  if (name === 'opportunities') return control().deleteOpportunity(id);
  await ghl('DELETE', `/contacts/${another}/${name}/${id}`);
}
const deliveries = async () => {
  const rows = await storage.inTenant(demoTenantId, (tx) => tx.query('select 1 from webhook_delivery'));
  return rows.length;
};

interface Seen {
  readonly source: { readonly resource: string; readonly recordId: string };
  readonly state: Record<string, unknown>;
  readonly cause: string;
}
const seen = (entityType: string, verb: string) =>
  tap.events
    .filter(({ type }) => type === `firmbridge.entity.${entityType}.${verb}.v1`)
    .map(({ data }) => data as Seen);
const told = (recordId: string, text: string) =>
  tap.events
    .map(({ data }) => data as Seen)
    .find((event) => event.source.recordId === recordId && JSON.stringify(event.state).includes(text));

describe.each(ghlResourceNames)('%s', (name) => {
  const { entityType, change } = changes[name];

  it('are read when the location is connected, each told once', async () => {
    const progress = first.resources.find(({ resource }) => resource === name);
    expect(progress).toMatchObject({ state: 'completed', rejected: 0 });
    expect(progress?.records).toBeGreaterThan(0);
    await eventually(() =>
      expect(seen(entityType, 'created').filter(({ cause }) => cause === 'initial')).toHaveLength(
        progress?.records ?? -1,
      ),
    );
  });

  it('are read again when they changed, and only then told', async () => {
    const text = `${name} changed`;
    const recordId = await change(text);
    const before = tap.events.length;
    expect(
      await run('incremental', ...(name === 'notes' || name === 'tasks' ? ['contacts', name] : [name])),
    ).toMatchObject({ state: 'completed' });
    await eventually(() => expect(told(recordId, text)).toMatchObject({ cause: 'poll', source: { resource: name } }));
    await run('incremental', name);
    const again = tap.events.slice(before).filter(({ data }) => (data as Seen).source.recordId === recordId);
    expect(again).toHaveLength(1);
  });
});

it('tells that what it knows is as fresh as polling makes it', async () => {
  const { resources } = await api<{ resources: Freshness[] }>(
    'GET',
    `/connections/${connection.connectionId}/freshness`,
  );
  expect(resources.map(({ resource }) => resource)).toEqual(ghlResourceNames);
  expect(resources.every(({ source, completeUntil }) => source === 'poll' && completeUntil !== null)).toBe(true);
});

describe('a webhook', () => {
  const endpoint = () => `${platform.settings.addresses.ghlSyncUrl}/webhooks/ghl`;
  beforeAll(() => control().setWebhookEndpoints({ defaultUrl: endpoint() }));

  const announced = ghlResourceNames.filter((name) => ghlResources[name].webhooks.length > 1);
  it.each(announced)('has %s read at once, and told as deleted when they are', async (name) => {
    const { entityType, change } = changes[name];
    const text = `${name} announced`;
    const recordId = await change(text);
    await eventually(() => expect(told(recordId, text)).toMatchObject({ cause: 'webhook' }));
    await remove(name, recordId);
    await eventually(() =>
      expect(seen(entityType, 'deleted').find(({ source }) => source.recordId === recordId)).toMatchObject({
        cause: 'webhook',
      }),
    );
  });

  it('that comes again changes nothing, and one that is forged is refused', async () => {
    await control().webhooksIdle();
    const [delivery] = control().webhookDeliveries();
    const before = await deliveries();
    control().resendWebhook(delivery?.webhookId ?? '');
    await control().webhooksIdle();
    expect(await deliveries()).toBe(before);
    const forged = await fetch(endpoint(), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-GHL-Signature': `${'A'.repeat(86)}==` },
      body: JSON.stringify(delivery?.payload),
    });
    expect(forged.status).toBe(401);
    expect(await deliveries()).toBe(before);
  });

  it('makes what it tells of polled more rarely', async () => {
    const path = `/connections/${connection.connectionId}`;
    const { resources } = await api<{ resources: Freshness[] }>('GET', `${path}/freshness`);
    expect(resources.filter(({ source }) => source === 'webhook').map(({ resource }) => resource)).toEqual(
      expect.arrayContaining([...announced]),
    );
    expect(await api('GET', `${path}/webhooks`)).toMatchObject({ health: 'healthy' });
  });
});

describe('a sweep', () => {
  it('finds what was deleted without a word', async () => {
    control().setWebhookEndpoints({ defaultUrl: null });
    const contactId = untouched;
    control().deleteContact(contactId);
    const fieldId = firstOf('customFields');
    control().removeDefinition('customFields', fieldId);
    expect(await run('sweep', 'contacts', 'custom_fields')).toMatchObject({ state: 'completed' });
    await eventually(() => {
      const gone = [...seen('contact', 'deleted'), ...seen('field-definition', 'deleted')];
      expect(gone.map(({ source }) => source.recordId)).toEqual(expect.arrayContaining([contactId, fieldId]));
    });
  });
});

it('that hears of the removal of its app in GoHighLevel waits for a person', async () => {
  control().setWebhookEndpoints({ defaultUrl: `${platform.settings.addresses.ghlSyncUrl}/webhooks/ghl` });
  control().uninstall(connection.accountId);
  await eventually(async () =>
    expect(await platform.demo.connections()).toMatchObject([{ status: 'reauthorization_required' }]),
  );
});
