import { randomUUID } from 'node:crypto';
import { mappingMessages, syncMessages, type Actor, type Deletion } from '@firmbridge/contracts';
import { Outbox } from '@firmbridge/messaging';
import { decideDeletion, DeletionWorker, findDeletions, noteDeletions, undoDeletion } from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { storeRecords } from '../src/runs/store-page.js';
import { EngineHarness } from './engine-harness.js';

const { decideDeletion: decide, undoDeletion: undo } = syncMessages.clioSyncMessages;
const admin: Actor = { kind: 'person', id: randomUUID(), roles: ['admin'] };

let engine: EngineHarness;
let worker: DeletionWorker;
let connectionId: string;
beforeAll(async () => {
  engine = await EngineHarness.start();
  worker = new DeletionWorker({
    database: engine.database,
    outbox: new Outbox(engine.database),
    service: 'clio-sync',
    clock: () => new Date(),
    log: { error: () => undefined },
    pollMs: 20,
  });
  worker.start();
});
afterAll(async () => {
  await worker.stop();
  await engine.stop();
});

const ids = (to: number) => Array.from({ length: to }, (_, at) => String(at + 1));

async function gone(recordIds: readonly string[], minutes = 0) {
  const observedAt = new Date(Date.now() + minutes * 60_000).toISOString();
  const scope = {
    tenantId: engine.tenantId,
    connectionId,
    provider: 'clio' as const,
    resource: 'contacts',
    observedAt,
  };
  await engine.database.inTenant(engine.tenantId, (tx) =>
    noteDeletions(
      { tx, outbox: new Outbox(engine.database), service: 'clio-sync', now: new Date() },
      { ...scope, correlationId: randomUUID(), runId: null },
      recordIds.map((recordId) => ({ recordId, evidence: 'tombstone' })),
    ),
  );
}

const find = async () =>
  engine.database.inTenant(engine.tenantId, (tx) =>
    findDeletions(tx, { deletionId: null, connectionId, resource: null, state: null, limit: 10 }),
  );

async function held(count: number): Promise<Deletion> {
  connectionId = await engine.aConnection();
  await engine.store(
    connectionId,
    'contacts',
    ids(count).map((recordId) => ({ recordId })),
  );
  await gone(ids(count));
  const [deletion] = await find();
  if (!deletion) throw new Error('Nothing was held.');
  return deletion;
}

const answer = (deletionId: string, decision: 'approve' | 'reject') =>
  engine.database.inTenant(engine.tenantId, (tx) => {
    const message = engine.aMessage(decide, { deletionId, decision, reason: 'It was looked at.' });
    return decideDeletion(tx, { ...message, actor: admin });
  });
const bringBack = (deletionId: string, recordIds: string[] | null) =>
  engine.database.inTenant(engine.tenantId, (tx) =>
    undoDeletion(tx, { ...engine.aMessage(undo, { deletionId, recordIds }), actor: admin }),
  );
const until = (state: Deletion['state']) => eventually(async () => expect((await find())[0]?.state).toBe(state));
const deletedCount = async () => {
  const rows = await engine.query('select 1 from record where connection_id = $1 and deleted_at is not null', [
    connectionId,
  ]);
  return rows.length;
};
const sent = async () =>
  (await engine.outgoing(mappingMessages.normalizeRecords))
    .filter((command) => command.connectionId === connectionId)
    .flatMap(({ cause, records }) =>
      records.map(({ recordId, revision, deleted }) => ({ cause, recordId, revision, deleted })),
    );

it('shows a held deletion with how many, of how many, and some ids', async () => {
  expect(await held(12)).toMatchObject({
    state: 'held',
    records: 12,
    ofRecords: 12,
    undoableUntil: null,
    resource: 'contacts',
  });
  expect((await find())[0]?.sample).toHaveLength(10);
});

it('deletes what is approved in several transactions, and brings the whole of it back', async () => {
  const { deletionId } = await held(450);
  await answer(deletionId, 'approve');
  await until('deleted');
  expect(await deletedCount()).toBe(450);
  await bringBack(deletionId, null);
  await until('undone');
  expect(await deletedCount()).toBe(0);
  const back = (await sent()).filter(({ cause }) => cause === 'restore');
  expect(back).toHaveLength(450);
  expect(back[0]).toMatchObject({ revision: 3, deleted: false });
}, 30_000);

it('brings back one record of a deletion, and the rest later', async () => {
  const { deletionId } = await held(3);
  await answer(deletionId, 'approve');
  await until('deleted');
  await bringBack(deletionId, ['2']);
  await until('deleted');
  expect(await deletedCount()).toBe(2);
  await bringBack(deletionId, null);
  await until('undone');
  expect(await deletedCount()).toBe(0);
});

it('keeps what is rejected and asks again only after it was seen again', async () => {
  const { deletionId } = await held(3);
  await answer(deletionId, 'reject');
  await gone(ids(3), 1);
  expect(await deletedCount()).toBe(0);
  expect((await find()).map(({ state }) => state)).toEqual(['rejected']);
  const seen = {
    tenantId: engine.tenantId,
    connectionId,
    resource: 'contacts',
    observedAt: new Date(Date.now() + 120_000).toISOString(),
  };
  await engine.database.inTenant(engine.tenantId, (tx) =>
    storeRecords(tx, seen, [{ recordId: '2', sourceUpdatedAt: null, body: { id: '2' } }]),
  );
  await gone(['2'], 3);
  expect(await deletedCount()).toBe(1);
});

it('does not delete what is seen between the signal and the approval', async () => {
  const { deletionId } = await held(3);
  const seen = {
    tenantId: engine.tenantId,
    connectionId,
    resource: 'contacts',
    observedAt: new Date(Date.now() + 1_000).toISOString(),
  };
  await engine.database.inTenant(engine.tenantId, (tx) =>
    storeRecords(tx, seen, [{ recordId: '2', sourceUpdatedAt: null, body: { id: '2' } }]),
  );
  await answer(deletionId, 'approve');
  await until('deleted');
  expect(await deletedCount()).toBe(2);
});

it('refuses to decide twice in different ways, and to bring back what was emptied after 30 days', async () => {
  const { deletionId } = await held(3);
  await answer(deletionId, 'approve');
  await until('deleted');
  await expect(answer(deletionId, 'reject')).rejects.toMatchObject({ code: 'deletion.not_held' });
  await engine.query(`update record set deleted_at = now() - interval '31 days' where connection_id = $1`, [
    connectionId,
  ]);
  await eventually(async () =>
    expect(
      await engine.query(`select 1 from record where connection_id = $1 and body = '{}'`, [connectionId]),
    ).toHaveLength(3),
  );
  await expect(bringBack(deletionId, null)).rejects.toMatchObject({ code: 'deletion.not_undoable' });
});
