import type { Tx } from '@firmbridge/database';
import { eventually } from '@firmbridge/testing';
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

/** How often each index of a table was asked so far, seen by a superuser once everybody has reported. */
async function scansOf(table: string): Promise<Record<string, number>> {
  const rows = await mapping.asSuperuser<{ name: string; scans: number }>(
    `select indexrelname as name, idx_scan::int as scans from pg_stat_user_indexes where relname = '${table}'`,
  );
  return Object.fromEntries(rows.map(({ name, scans }) => [name, scans]));
}

describe('the crosswalk', () => {
  it('is looked up by the whole key for a firm of which the statistics know nothing yet', async () => {
    const [known, unknown] = [await mapping.aTenant(), await mapping.aTenant()];
    const fill = ({ tenantId, connectionId }: typeof known, links: number) =>
      mapping.asSuperuser(
        `insert into mapping.entity_link (tenant_id, connection_id, resource, record_id, entity_id, entity_type, state, revision)
         select '${tenantId}', '${connectionId}', 'matters', i::text, gen_random_uuid(), 'matter', 'linked', 1
         from generate_series(1, ${links}) i`,
      );
    await fill(known, 20_000);
    await mapping.asSuperuser('analyze mapping.entity_link');
    await fill(unknown, 3_000);
    const before = await scansOf('entity_link');
    const page = Array.from({ length: 200 }, (_, index) => ({
      resource: 'matters',
      recordId: String(index + 1),
      entityType: 'matter' as const,
    }));
    await mapping.database.inTenant(unknown.tenantId, (tx) =>
      mapping.get(CrosswalkRepository).reserve(tx, unknown, page),
    );
    await eventually(async () => {
      const after = await scansOf('entity_link');
      const grown = Object.keys(after).filter((name) => (after[name] ?? 0) > (before[name] ?? 0));
      expect(grown).toEqual(['entity_link_pkey']);
    });
  });

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
