import { randomUUID } from 'node:crypto';
import type { Database } from '@firmbridge/database';
import { claimDirty, settleDirty } from '../src/webhooks/dirty-records.js';
import { noteListening } from '../src/webhooks/note-listening.js';
import { keepDeliveries, type Delivery } from '../src/webhooks/keep-deliveries.js';
import { EngineHarness } from './engine-harness.js';

let engine: EngineHarness;
let connectionId: string;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
beforeEach(async () => {
  await engine.query('delete from dirty_record');
  connectionId = await engine.aConnection();
});
afterAll(() => engine?.stop());

const at = { trailingMs: 0, longestMs: 30_000 };
const aDelivery = (...recordIds: string[]): Delivery => ({
  source: { tenantId: engine.tenantId, connectionId, sourceId: connectionId },
  deliveryKey: randomUUID(),
  hints: recordIds.map((recordId) => ({ resource: 'contacts', recordId, isDeleted: false })),
});
const keep = (deliveries: Delivery[], window = at, database: Database = engine.database) =>
  database.acrossTenants((tx) => keepDeliveries(tx, deliveries, window));
const dirty = () =>
  engine.query<{ record_id: string; marks: string; wait: number; age: number }>(
    `select record_id, marks, extract(epoch from due_at - last_seen_at)::float as wait,
       extract(epoch from due_at - first_seen_at)::float as age from dirty_record order by record_id`,
  );

describe('deliveries', () => {
  it('make a record dirty once, however often it is announced, and the same bytes nothing', async () => {
    const first = aDelivery('7');
    expect(await keep([first, aDelivery('7')])).toEqual(['kept', 'kept']);
    expect(await keep([first])).toEqual(['known']);
    expect(await dirty()).toEqual([expect.objectContaining({ record_id: '7', marks: '2' })]);
  });

  it('wait until nothing more is said, and for the longest time at most', async () => {
    const window = { trailingMs: 2_000, longestMs: 30_000 };
    await keep([aDelivery('7')], window);
    expect((await dirty())[0]?.wait).toBeCloseTo(2);
    await engine.query(`update dirty_record set first_seen_at = first_seen_at - interval '29 s'`);
    await keep([aDelivery('7')], window);
    expect((await dirty())[0]?.age).toBeCloseTo(30);
  });

  it('of a connection that has ended are not kept', async () => {
    await engine.query(`update connection set status = 'disconnected' where connection_id = $1`, [connectionId]);
    expect(await keep([aDelivery('7')])).toEqual(['gone']);
    expect(await dirty()).toEqual([]);
  });
});

describe('a connection', () => {
  const facts = async () => {
    const [row] = await engine.query<{ due: boolean; listened: boolean }>(
      'select catch_up_due as due, listened_at is not null as listened from connection where connection_id = $1',
      [connectionId],
    );
    return row;
  };

  it('that is new is listened for, and catches up when nobody did for long', async () => {
    await noteListening(engine.database, 300);
    expect(await facts()).toEqual({ due: false, listened: true });
    await engine.query(`update connection set listened_at = listened_at - interval '5 minutes 1 second'`);
    await noteListening(engine.database, 300);
    expect(await facts()).toEqual({ due: true, listened: true });
  });
});

it('fetches a record once more that was announced while it was fetched', async () => {
  await keep([aDelivery('7', '8')]);
  const batch = await claimDirty(engine.database, 60);
  expect(batch?.records).toHaveLength(2);
  await keep([aDelivery('7')]);
  expect(await claimDirty(engine.database, 60)).toBeNull();
  if (batch) await engine.database.inTenant(engine.tenantId, (tx) => settleDirty(tx, batch));
  expect((await dirty()).map((row) => row.record_id)).toEqual(['7']);
  expect((await claimDirty(engine.database, 60))?.records).toEqual([expect.objectContaining({ recordId: '7' })]);
});

it('never waits in a circle for records that are settled while they are announced again', async () => {
  const some = () => {
    const shuffled = Array.from({ length: 200 }, (_, index) => String(index)).sort(() => Math.random() - 0.5);
    return shuffled.slice(0, 60);
  };
  let isOver = false;
  const settling = (async () => {
    while (!isOver) {
      const batch = await claimDirty(engine.database, 60);
      if (batch) await engine.database.inTenant(engine.tenantId, (tx) => settleDirty(tx, batch));
    }
  })();
  const announcing = async () => {
    for (let round = 0; round < 60; round += 1) await keep([aDelivery(...some())]);
  };
  await Promise.all([announcing(), announcing(), announcing()]);
  isOver = true;
  await expect(settling).resolves.toBeUndefined();
});
