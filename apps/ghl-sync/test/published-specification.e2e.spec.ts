import { randomUUID } from 'node:crypto';
import {
  ghlOperations,
  ghlResourceNames,
  ghlResources,
  type GhlOperationName,
  type GhlResourceName,
} from '@firmbridge/ghl-api';
import { ProviderClient, type ProviderCall, type ProviderResponse } from '@firmbridge/provider-client';
import { MemoryBudgetStore, RateLimiter } from '@firmbridge/rate-limit';
import { createSandbox, type Sandbox } from '@firmbridge/sandbox';
import { isBad, type ClaimedWrite } from '@firmbridge/sync-engine';
import { corrections, PublishedApp, withSpecification } from '../../sandbox/test/ghl-published-app.js';
import { ContactWriter } from '../src/outbound/ghl/contact-writer.js';
import { GhlAdapter } from '../src/outbound/ghl/ghl.adapter.js';
import { GhlCalls } from '../src/outbound/ghl/ghl-calls.js';
import { ghlDialect } from '../src/outbound/ghl/ghl.dialect.js';

const clock = () => new Date();
let sandbox: Sandbox;
let client: ProviderClient;
let adapter: GhlAdapter;
let writer: ContactWriter;
let made: { readonly call: ProviderCall; readonly response: ProviderResponse }[] = [];

beforeAll(async () => {
  sandbox = await createSandbox({
    matters: 5,
    ghl: { switches: { indexDelayMs: 0, opportunitySearchFields: 'published' } },
  });
  client = new ProviderClient({
    dialects: [ghlDialect],
    limiter: new RateLimiter({ store: new MemoryBudgetStore(clock), clock, random: Math.random }),
    recorder: { record: () => Promise.resolve() },
    clock,
    random: Math.random,
  });
  const [location] = sandbox.control.ghl.facts().locations;
  const accessToken = location?.privateToken ?? '';
  const tokens = { for: () => ({ get: () => Promise.resolve({ accessToken, generation: 1 }) }) };
  const listening: Pick<ProviderClient, 'call'> = {
    call: async (connection, token, call) => {
      const response = await client.call(connection, token, call);
      made.push({ call, response });
      return response;
    },
  };
  const calls = new GhlCalls(listening, tokens, []);
  adapter = new GhlAdapter(calls, clock);
  writer = new ContactWriter(calls);
});
afterAll(async () => {
  client?.close();
  await sandbox?.stop();
});
beforeEach(() => void (made = []));

const asked = (resource: string) => ({
  resource,
  connection: {
    tenantId: randomUUID(),
    connectionId: randomUUID(),
    provider: 'ghl' as const,
    region: 'global' as const,
    accountId: sandbox.control.ghl.facts().locations[0]?.id ?? '',
    accountName: 'A firm',
    apiOrigin: `${sandbox.url}/ghl`,
    status: 'active' as const,
    budget: null,
  },
  lane: 'incremental' as const,
  correlationId: randomUUID(),
  signal: AbortSignal.timeout(20_000),
});
const contactIds = () =>
  sandbox.control.ghl
    .contacts(asked('').connection.accountId)
    .map(({ id }) => String(id))
    .slice(0, 12);

async function idsOf(name: GhlResourceName): Promise<string[]> {
  const page = await adapter.readPage({ ...asked(name), cursor: null, since: null });
  return page.records.flatMap((record) => (isBad(record) ? [] : [record.recordId]));
}

/** Everything that is read of a resource, in every way in which it is read. */
async function readAll(name: GhlResourceName): Promise<void> {
  if (ghlResources[name].of === 'contact') {
    const children = await adapter.readChildren({ ...asked(name), ids: contactIds() });
    expect(children.length).toBeGreaterThan(0);
    expect(children.every((child) => !isBad(child) && contactIds().includes(child.parentId ?? ''))).toBe(true);
    if (name === 'tasks') await adapter.readChildren({ ...asked(name), ids: ['*'] });
    return;
  }
  const ids = await idsOf(name);
  expect(ids.length).toBeGreaterThan(0);
  await adapter.readPage({ ...asked(name), cursor: null, since: new Date(0) });
  const listed = await adapter.readIds({ ...asked(name), cursor: null, since: null });
  expect(listed.ids).toEqual(ids);
  const { found, missing } = await adapter.readRecords({ ...asked(name), ids: [...ids.slice(0, 2), 'nobody'] });
  expect([found.map(({ recordId }) => recordId), missing]).toEqual([ids.slice(0, 2), ['nobody']]);
}

const write = (ghlContactId: string | null): ClaimedWrite =>
  ({
    ...asked('contacts'),
    payload: {
      connectionId: randomUUID(),
      entityId: randomUUID(),
      entityVersion: { epoch: 0, n: 1 },
      ghlContactId,
      fields: {
        firstName: 'Marisol',
        lastName: 'Tenbrook',
        companyName: 'Fernhill Pottery',
        email: 'm.tenbrook@fernhill-pottery.example',
        phone: '+12025550143',
        address1: '18 Alder Court',
        city: 'Arlington',
        state: 'VA',
        postalCode: '22201',
        dateOfBirth: '1984-03-09',
      },
    },
  }) as unknown as ClaimedWrite;

it.each(ghlResourceNames)('reads the same of %s in a list and by its id', async (name) => {
  await readAll(name);
  if (ghlResources[name].get === null || ghlResources[name].of === 'contact') return;
  const page = await adapter.readPage({ ...asked(name), cursor: null, since: null });
  const some = page.records.slice(0, 2);
  const { found } = await adapter.readRecords({ ...asked(name), ids: some.map(({ recordId }) => recordId ?? '') });
  expect(found).toEqual(some);
});

it.each(['lower-only', 'both'] as const)('knows contacts by their names when searches give %s', async (searchNames) => {
  sandbox.control.ghl.setSwitches({ searchNames });
  const page = await adapter.readPage({ ...asked('contacts'), cursor: null, since: null });
  sandbox.control.ghl.resetSwitches();
  sandbox.control.ghl.setSwitches({ indexDelayMs: 0, opportunitySearchFields: 'published' });
  expect(page.records.every((record) => !isBad(record) && /^[A-Z]/.test(String(record.body['firstName'])))).toBe(true);
});

it('takes a change of a moment ago from the record itself, not from the index that is behind', async () => {
  const [id] = contactIds();
  sandbox.control.ghl.updateContact(id ?? '', { city: 'Queens' });
  sandbox.control.ghl.setSwitches({ indexDelayMs: 3_600_000 });
  sandbox.control.ghl.updateContact(id ?? '', { city: 'Yonkers' });
  const page = await adapter.readPage({ ...asked('contacts'), cursor: null, since: new Date(Date.now() - 60_000) });
  sandbox.control.ghl.setSwitches({ indexDelayMs: 0 });
  expect(page.records).toEqual([
    expect.objectContaining({ recordId: id, body: expect.objectContaining({ city: 'Yonkers' }) }),
  ]);
});

it.each(['400', '404'] as const)('takes a %s for a record that is gone', async (missingRecordStatus) => {
  sandbox.control.ghl.setSwitches({ missingRecordStatus });
  const read = await adapter.readRecords({ ...asked('opportunities'), ids: ['nobody'] });
  const children = await adapter.readChildren({ ...asked('notes'), ids: ['nobody'] });
  sandbox.control.ghl.setSwitches({ missingRecordStatus: '400' });
  expect([read.missing, children]).toEqual([['nobody'], []]);
});

withSpecification('the published specification (skipped when it is not beside this checkout)', () => {
  const apps = new Map<string, PublishedApp>();
  beforeAll(() => {
    for (const name of Object.keys(corrections)) apps.set(name, new PublishedApp(name));
  });

  function faults(): string[] {
    return made.flatMap(({ call, response }) => {
      const { family, method, path } = ghlOperations[call.operation.slice('ghl.'.length) as GhlOperationName];
      const app = apps.get(family);
      const sent = { query: call.query ?? {}, version: call.headers?.['Version'], body: call.body };
      const all = [
        ...(app?.faultsOfRequest(method, path, sent) ?? [`there is no ${family}`]),
        ...(app?.faultsOf(method, path, { status: response.status, body: response.body }) ?? []),
      ];
      return all.map((fault) => `${call.operation}: ${fault}`);
    });
  }

  it.each(ghlResourceNames)('takes every request for %s, and is what the answers are made of', async (name) => {
    await readAll(name);
    expect(made.length).toBeGreaterThan(0);
    expect(faults()).toEqual([]);
  });

  it('takes every write', async () => {
    const { recordId } = (await writer.execute(write(null), asked('').signal)) as { recordId: string };
    await writer.execute(write(recordId), asked('').signal);
    await writer.afterUnclear.look(write(null), asked('').signal);
    expect(made.map(({ call }) => call.operation)).toEqual(
      ['create', 'update', 'find-duplicate', 'get'].map((name) => `ghl.contacts.${name}`),
    );
    expect(faults()).toEqual([]);
  });

  it('would notice a wrong name, a wrong type and a missing version', () => {
    const contacts = apps.get('contacts');
    const sent = { query: {}, version: '2021-07-28', body: { locationId: 'loc', firstName: 'Ann' } };
    expect(contacts?.faultsOfRequest('POST', '/contacts/', sent)).toEqual([]);
    expect(
      contacts?.faultsOfRequest('POST', '/contacts/', { ...sent, body: { ...sent.body, nick: 'A' } }),
    ).toHaveLength(1);
    expect(
      contacts?.faultsOfRequest('POST', '/contacts/', { ...sent, body: { ...sent.body, tags: 'a' } }),
    ).toHaveLength(1);
    expect(contacts?.faultsOfRequest('POST', '/contacts/', { ...sent, version: undefined })).toHaveLength(1);
  });
});
