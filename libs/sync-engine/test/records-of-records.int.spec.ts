import type { Page, ReadRecord, RecordsRequest, SyncedResource } from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { storeRecords } from '../src/runs/store-page.js';
import { EngineHarness, OnePage } from './engine-harness.js';

let engine: EngineHarness;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterEach(() => engine.stopWorkers());
afterAll(() => engine.stop());

const minuteMs = 60_000;
const aRecord = (recordId: string, parentId?: string): ReadRecord => ({
  recordId,
  sourceUpdatedAt: null,
  body: { id: recordId },
  ...(parentId !== undefined && { parentId }),
});

/** Contacts in one page, and the notes that each has. */
class WithNotes extends OnePage {
  override readonly resources: SyncedResource[] = [
    { name: 'notes', incremental: true, pageSize: 2, pollEvery: 1, childOf: 'contacts', sweep: 'by-id' },
    { name: 'contacts', incremental: true, pageSize: 200, pollEvery: 1, indexLagMs: minuteMs },
  ];
  readonly asked: string[] = [];

  constructor(readonly notes: Record<string, string[]>) {
    super();
  }

  override readPage(): Promise<Page> {
    this.asked.push('contacts');
    const records = Object.keys(this.notes).map((id) => aRecord(id));
    return Promise.resolve({ records, nextCursor: null, expected: records.length });
  }

  readChildren({ ids }: RecordsRequest): Promise<ReadRecord[]> {
    this.asked.push(`notes of ${ids.join()}`);
    return Promise.resolve(ids.flatMap((id) => (this.notes[id] ?? []).map((note) => aRecord(note, id))));
  }
}

async function finish(adapter: WithNotes, request: Parameters<EngineHarness['aRun']>[1]): Promise<string> {
  const { runId, connectionId } = await engine.aRun(adapter, request);
  const worker = engine.aWorker(adapter);
  await eventually(async () => {
    for (const command of await engine.commands(runId)) await engine.apply(command);
    worker.wake();
    expect((await engine.run(runId))?.finishedAt).toBeTruthy();
  });
  await engine.stopWorkers();
  return connectionId;
}
const notes = (connectionId: string) =>
  engine.query<{ record_id: string; parent_id: string; deleted: boolean }>(
    `select record_id, parent_id, deleted_at is not null as deleted from record
     where connection_id = $1 and resource = 'notes' order by record_id`,
    [connectionId],
  );

it('reads them after their parents, some parents a page, pages without any included', async () => {
  const adapter = new WithNotes({ a: ['a1'], b: [], c: [], d: [], e: ['e1', 'e2'] });
  const connectionId = await finish(adapter, { resources: ['notes', 'contacts'] });
  expect(adapter.asked).toEqual(['contacts', 'notes of a,b', 'notes of c,d', 'notes of e']);
  expect((await notes(connectionId)).map(({ record_id: id, parent_id: parent }) => [id, parent])).toEqual([
    ['a1', 'a'],
    ['e1', 'e'],
    ['e2', 'e'],
  ]);
});

it('reads those of parents that were seen to change, and takes what a parent lacks for gone', async () => {
  // So many that two deletions are no mass deletion.
  const others = Array.from({ length: 60 }, (_, at) => `c${at}`);
  const adapter = new WithNotes({ a: ['a1', 'a2'], b: ['b1', ...others] });
  const connectionId = await finish(adapter, { resources: ['notes', 'contacts'] });
  await engine.query(
    `update record set observed_at = now() - interval '1 day' where connection_id = $1 and record_id = 'b'`,
    [connectionId],
  );
  Object.assign(adapter.notes, { a: ['a2'], b: others });
  adapter.asked.length = 0;
  await finish(adapter, { connectionId, mode: 'incremental', resources: ['notes'] });
  expect(adapter.asked).toEqual(['notes of a']);
  const gone = async () => (await notes(connectionId)).filter(({ deleted }) => deleted).map(({ record_id: id }) => id);
  expect(await gone()).toEqual(['a1']);
  await finish(adapter, { connectionId, mode: 'sweep', resources: ['notes'] });
  expect(await gone()).toEqual(['a1', 'b1']);
});

it('takes those of a parent that is gone along', async () => {
  const adapter = new WithNotes({ a: ['a1'] });
  const connectionId = await finish(adapter, { resources: ['notes', 'contacts'] });
  await engine.query(`update record set deleted_at = now() where connection_id = $1 and record_id = 'a'`, [
    connectionId,
  ]);
  delete adapter.notes['a'];
  await finish(adapter, { connectionId, mode: 'incremental', resources: ['notes'] });
  expect(await notes(connectionId)).toEqual([{ record_id: 'a1', parent_id: 'a', deleted: true }]);
});

it('does not bring back from an index that is behind what was deleted a moment ago', async () => {
  const adapter = new WithNotes({ a: [] });
  const connectionId = await finish(adapter, { resources: ['contacts'] });
  const isDeleted = async () => {
    const [row] = await engine.query<{ deleted: boolean }>(
      `select deleted_at is not null as deleted from record where connection_id = $1 and record_id = 'a'`,
      [connectionId],
    );
    return row?.deleted;
  };
  await engine.query(`update record set deleted_at = now(), observed_at = now() where connection_id = $1`, [
    connectionId,
  ]);
  await finish(adapter, { connectionId, mode: 'manual', resources: ['contacts'] });
  expect(await isDeleted()).toBe(true);
  const scope = { tenantId: engine.tenantId, connectionId, resource: 'contacts', observedAt: new Date().toISOString() };
  await engine.database.inTenant(engine.tenantId, (tx) =>
    storeRecords(tx, scope, [{ recordId: 'a', sourceUpdatedAt: null, body: { id: 'a' } }]),
  );
  expect(await isDeleted()).toBe(false);
});
