import type { RecordsRequest } from '@firmbridge/sync-engine';
import { GhlAdapter } from '../src/outbound/ghl/ghl.adapter.js';
import { GhlCallsHarness } from './ghl-calls-harness.js';

let ghl: GhlCallsHarness;
let adapter: GhlAdapter;
beforeAll(async () => {
  ghl = await GhlCallsHarness.start();
  adapter = new GhlAdapter(ghl.calls, () => new Date());
});
afterAll(() => ghl?.stop());

/** Of a budget of two calls at once, as one of the three is never used. */
function asked(resource: string, ids: readonly string[]): RecordsRequest {
  const { connection, correlationId } = ghl.aWrite(null, {});
  const signal = AbortSignal.timeout(20_000);
  const budget = [{ seconds: 2, limit: 3, enabled: true }];
  const call = { lane: 'webhook', correlationId, signal, longestBudgetWaitMs: 10 } as const;
  return { resource, ids, connection: { ...connection, budget }, ...call };
}
const contactIds = () =>
  ghl
    .contacts()
    .slice(0, 4)
    .map(({ id }) => String(id));

it('waits for the budget of contacts that it has begun to read, however short the wait that it was allowed', async () => {
  const { found } = await adapter.readRecords(asked('contacts', contactIds()));
  expect(found.map(({ recordId }) => recordId)).toEqual(contactIds());
});

it('does so for the tasks of contacts, and gives way before it has begun with those that are open', async () => {
  const request = asked('tasks', contactIds());
  await adapter.readChildren(request);
  // Their calls have used the budget up.
  await expect(adapter.readChildren({ ...request, ids: ['*'] })).rejects.toMatchObject({ kind: 'rate_limited' });
});
