import { randomUUID } from 'node:crypto';
import { AppError, systemActor, type RunMode } from '@firmbridge/contracts';
import { Outbox } from '@firmbridge/messaging';
import { claimPage, type ClaimedPage } from '../src/runs/claim.js';
import { failPage } from '../src/runs/fail-page.js';
import { startRun } from '../src/runs/start-run.js';
import { EngineHarness, OnePage } from './engine-harness.js';

let engine: EngineHarness;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterEach(() =>
  engine.database.acrossTenants((tx) => tx.query('update run set finished_at = now() where finished_at is null')),
);
afterAll(() => engine?.stop());

class ManyResources extends OnePage {
  override readonly resources;
  constructor(count: number) {
    super();
    this.resources = Array.from({ length: count }, (_, place) => ({
      name: `resource ${place}`,
      incremental: true,
      pageSize: 200,
      pollEvery: 1,
    }));
  }
}

/** A run of a firm of its own. */
async function aFirmsRun(resources: number, mode: RunMode = 'initial') {
  const ids = { tenantId: randomUUID(), connectionId: randomUUID(), runId: randomUUID() };
  await engine.database.inTenant(ids.tenantId, async (tx) => {
    await tx.query(
      `insert into connection (tenant_id, connection_id, provider, region, account_id, account_name, api_origin, status, changed_at,
         catch_up_due)
       values ($1, $2, 'clio', 'us', '1', 'A firm', 'http://127.0.0.1', 'active', now(), false)`,
      [ids.tenantId, ids.connectionId],
    );
    const cause = { tenantId: ids.tenantId, correlationId: ids.runId, actor: systemActor('clio-sync') };
    await startRun(tx, new ManyResources(resources), { ...ids, mode, resources: [] }, cause);
  });
  return ids;
}

const claim = (options: { slots?: number; busy?: string[] } = {}) =>
  claimPage(engine.database, { leaseSeconds: 60, maxUnapplied: 4, ...options });

async function claims(count: number): Promise<string[]> {
  const taken: string[] = [];
  for (let page = 0; page < count; page++) taken.push((await claim())?.connection.tenantId ?? 'nobody');
  return taken;
}

async function postpone(page: ClaimedPage, retryAfterMs: number): Promise<string> {
  const error = new AppError('rate_limited', 'rate_limit.no_room_yet', 'No room.', { retryAfterMs });
  return engine.database.inTenant(page.connection.tenantId, (tx) =>
    failPage({
      tx,
      outbox: new Outbox(engine.database),
      service: 'clio-sync',
      claim: page,
      error,
      calls: 0,
      actor: systemActor('clio-sync'),
      now: new Date(),
      random: Math.random,
      maxAttempts: 1,
    }),
  );
}

describe('whose page is next', () => {
  it('gives every firm its turn, however many pages one of them has', async () => {
    const big = await aFirmsRun(60);
    const small = [await aFirmsRun(2), await aFirmsRun(2), await aFirmsRun(2)].map(({ tenantId }) => tenantId);
    const everybody = [big.tenantId, ...small].sort();
    expect((await claims(4)).sort()).toEqual(everybody);
    expect((await claims(4)).sort()).toEqual(everybody);
    expect(await claims(2)).toEqual([big.tenantId, big.tenantId]);
  });

  it('serves a more urgent lane before those who waited longer', async () => {
    await aFirmsRun(3, 'initial');
    const person = await aFirmsRun(2, 'manual');
    expect(await claims(2)).toEqual([person.tenantId, person.tenantId]);
  });

  it('hands different pages to workers that ask at the same moment', async () => {
    await aFirmsRun(8);
    const pages = await Promise.all(Array.from({ length: 8 }, () => claim()));
    expect(new Set(pages.map((page) => page?.resource)).size).toBe(8);
  });

  it('leaves a connection no more than its share of the slots while another one has work', async () => {
    const [one, other] = [await aFirmsRun(8), await aFirmsRun(8)];
    const busy = [one.connectionId, one.connectionId, one.connectionId];
    const pages = [await claim({ slots: 6, busy }), await claim({ slots: 6, busy })];
    expect(pages.map((page) => page?.connection.connectionId)).toEqual([other.connectionId, other.connectionId]);
  });

  it('gives a connection all slots while nobody else has work', async () => {
    const { connectionId } = await aFirmsRun(8);
    expect(await claim({ slots: 6, busy: Array<string>(5).fill(connectionId) })).not.toBeNull();
    expect(await claim({ slots: 6, busy: Array<string>(6).fill(connectionId) })).toBeNull();
  });

  it('lets the pages of a connection rest while its budget is spent, which counts as no attempt', async () => {
    const { runId, tenantId } = await aFirmsRun(3);
    const page = await claim();
    expect(page && (await postpone(page, 60_000))).toBe('postponed');
    expect(await claim()).toBeNull();
    const rows = await engine.database.inTenant(tenantId, (tx) =>
      tx.query('select state, attempts, reason from run_resource where run_id = $1 and started_at is not null', [
        runId,
      ]),
    );
    expect(rows).toEqual([{ state: 'fetching', attempts: 0, reason: null }]);
    const other = await aFirmsRun(1);
    expect((await claim())?.runId).toBe(other.runId);
  });
});
