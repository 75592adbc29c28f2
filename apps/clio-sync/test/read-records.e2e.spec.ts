import { randomUUID } from 'node:crypto';
import { clioResourceNames, clioResources } from '@firmbridge/clio-api';
import type { Lane } from '@firmbridge/contracts';
import { ProviderClient } from '@firmbridge/provider-client';
import { MemoryBudgetStore, RateLimiter } from '@firmbridge/rate-limit';
import { createSandbox, type Sandbox } from '@firmbridge/sandbox';
import { isBad } from '@firmbridge/sync-engine';
import { ClioAdapter } from '../src/outbound/clio/clio.adapter.js';
import { clioDialect } from '../src/outbound/clio/clio.dialect.js';

const clock = () => new Date();
let sandbox: Sandbox;
let client: ProviderClient;
let adapter: ClioAdapter;

beforeAll(async () => {
  sandbox = await createSandbox({ matters: 60, clio: { switches: { requestsPerMinute: null } } });
  client = new ProviderClient({
    dialects: [clioDialect(60)],
    limiter: new RateLimiter({ store: new MemoryBudgetStore(clock), clock, random: Math.random }),
    recorder: { record: () => Promise.resolve() },
    clock,
    random: Math.random,
  });
  const { accessToken } = sandbox.control.clio.issueTokens();
  const tokens = { for: () => ({ get: () => Promise.resolve({ accessToken, generation: 1 }) }) };
  adapter = new ClioAdapter(client, tokens, []);
});
afterAll(async () => {
  client?.close();
  await sandbox?.stop();
});
beforeEach(() => sandbox.control.requests.clear());

const asked = (resource: string) => ({
  resource,
  connection: {
    tenantId: randomUUID(),
    connectionId: randomUUID(),
    provider: 'clio' as const,
    region: 'us' as const,
    accountId: '1',
    accountName: 'A firm',
    apiOrigin: sandbox.clioOrigin,
    status: 'active' as const,
    budget: null,
  },
  lane: 'webhook' as Lane,
  correlationId: randomUUID(),
  signal: AbortSignal.timeout(10_000),
});

it('reads 250 single activities with two calls and tells which are gone', async () => {
  const ids = Array.from({ length: 250 }, (_, index) => String(sandbox.control.clio.idAt('activities', index)));
  sandbox.control.clio.remove('activities', Number(ids[3]));
  const { found, missing } = await adapter.readRecords({ ...asked('activities'), ids });
  expect(missing).toEqual([ids[3]]);
  expect(found.map(({ recordId }) => recordId).sort()).toEqual(ids.filter((id) => id !== ids[3]).sort());
  expect(sandbox.control.requests.recent()).toHaveLength(2);
});

it('reads by their own path what has no list of ids, and takes a 404 for an answer', async () => {
  const id = String(sandbox.control.clio.idAt('expense_categories', 0));
  const { found, missing } = await adapter.readRecords({ ...asked('expense_categories'), ids: [id, '999'] });
  expect(found).toEqual([expect.objectContaining({ recordId: id })]);
  expect(missing).toEqual(['999']);
});

it('calls nothing missing while a record in the answer has no id', async () => {
  const ids = [0, 1].map((index) => String(sandbox.control.clio.idAt('matters', index)));
  const rule = { provider: 'clio' as const, path: '/api/v4/matters.json', times: 1 };
  sandbox.control.faults.add({ ...rule, fault: { kind: 'malformed-record', index: 0, how: 'null-id' } });
  await expect(adapter.readRecords({ ...asked('matters'), ids })).rejects.toMatchObject({
    code: 'clio.record_malformed',
  });
});

it.each(clioResourceNames)('reads %s as its list gives them', async (name) => {
  const page = await adapter.readPage({ ...asked(name), cursor: null, since: null });
  const some = page.records.filter((record) => !isBad(record)).slice(0, 3);
  expect(some.length).toBeGreaterThan(0);
  const ids = some.map(({ recordId }) => recordId ?? '');
  const { found, missing } = await adapter.readRecords({ ...asked(clioResources[name].name), ids });
  expect(missing).toEqual([]);
  expect(found).toEqual(some);
});

it('waits for the budget of what it has begun, however short the wait that it was allowed', async () => {
  const ids = [0, 1, 2, 3].map((index) => String(sandbox.control.clio.idAt('expense_categories', index)));
  const request = asked('expense_categories');
  // Two calls at once, as one of the three is never used; the others have to wait for a second and more.
  const connection = { ...request.connection, budget: [{ seconds: 2, limit: 3, enabled: true }] };
  const { found } = await adapter.readRecords({ ...request, connection, ids, longestBudgetWaitMs: 10 });
  expect(found.map(({ recordId }) => recordId)).toEqual(ids);
});
