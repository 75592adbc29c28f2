import type { Tx } from '@firmbridge/database';
import { CrosswalkRepository, type RecordKey } from '../src/persistence/crosswalk.repository.js';
import { MappingHarness } from './mapping-harness.js';

let mapping: MappingHarness;
beforeAll(async () => {
  mapping = await MappingHarness.start();
});
afterAll(() => mapping.stop());

/** So many that both reservations are certainly at work at the same time. */
const keys: RecordKey[] = Array.from({ length: 4000 }, (_, index) => ({
  resource: 'contacts',
  recordId: String(index),
  entityType: 'contact',
}));

/** Lets two transactions go on once both have begun. */
function barrier(count: number): () => Promise<void> {
  let arrived = 0;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    arrived += 1;
    if (arrived === count) open();
    return opened;
  };
}

async function bothAtOnce<T>(tenantId: string, works: ((tx: Tx) => Promise<T>)[]): Promise<T[]> {
  const meet = barrier(works.length);
  return Promise.all(
    works.map((work) =>
      mapping.database.inTenant(tenantId, async (tx) => {
        await tx.query('select 1');
        await meet();
        return work(tx);
      }),
    ),
  );
}

describe('the crosswalk', () => {
  it('reserves the same ids for two pages that mention the same records in opposite order, without a deadlock', async () => {
    const tenant = await mapping.aTenant();
    const crosswalk = mapping.get(CrosswalkRepository);
    const [one, other] = await bothAtOnce(
      tenant.tenantId,
      [keys, keys.toReversed()].map((ordered) => (tx) => crosswalk.reserve(tx, tenant, ordered)),
    );
    expect(keys.filter((key) => one?.of(key) !== other?.of(key))).toEqual([]);
  });

  it('locks the links of two pages in one order, whatever theirs is', async () => {
    const tenant = await mapping.aTenant();
    const crosswalk = mapping.get(CrosswalkRepository);
    const scope = { ...tenant, resource: 'contacts', entityType: 'contact' as const };
    await mapping.database.inTenant(tenant.tenantId, (tx) => crosswalk.reserve(tx, tenant, keys));
    const ids = keys.map(({ recordId }) => recordId);
    const locked = await bothAtOnce(
      tenant.tenantId,
      [ids, ids.toReversed()].map((ordered) => (tx) => crosswalk.lock(tx, scope, ordered)),
    );
    expect(locked.map(({ size }) => size)).toEqual([keys.length, keys.length]);
  });
});
