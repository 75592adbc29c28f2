import { randomUUID } from 'node:crypto';
import { mappingMessages, syncMessages } from '@firmbridge/contracts';
import { Outbox } from '@firmbridge/messaging';
import { noteDeletions, type DeletionScope, type DeletionSignal } from '@firmbridge/sync-engine';
import { storeRecords } from '../src/runs/store-page.js';
import { EngineHarness } from './engine-harness.js';

let engine: EngineHarness;
let connectionId: string;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  connectionId = await engine.aConnection();
});

const tombstones = (...ids: string[]): DeletionSignal[] => ids.map((recordId) => ({ recordId, evidence: 'tombstone' }));
const notFound = (...ids: string[]): DeletionSignal[] => ids.map((recordId) => ({ recordId, evidence: 'not_found' }));
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

async function note(signals: readonly DeletionSignal[], changes: Partial<DeletionScope> = {}) {
  const scope: DeletionScope = {
    tenantId: engine.tenantId,
    connectionId,
    provider: 'clio',
    resource: 'contacts',
    observedAt: inMinutes(0),
    correlationId: randomUUID(),
    runId: null,
    ...changes,
  };
  return engine.database.inTenant(engine.tenantId, (tx) =>
    noteDeletions({ tx, outbox: new Outbox(engine.database), service: 'clio-sync', now: new Date() }, scope, signals),
  );
}

const see = (
  recordId: string,
  observedAt: string,
  sourceUpdatedAt: Date | null = null,
  body: object = { id: recordId },
) =>
  engine.database.inTenant(engine.tenantId, (tx) =>
    storeRecords(tx, scopeAt(observedAt), [{ recordId, sourceUpdatedAt, body: { ...body } }]),
  );
const scopeAt = (observedAt: string) => ({ tenantId: engine.tenantId, connectionId, resource: 'contacts', observedAt });
const store = (...recordIds: string[]) =>
  engine.store(
    connectionId,
    'contacts',
    recordIds.map((recordId) => ({ recordId })),
  );
const deletedIds = async () =>
  (
    await engine.query<{ record_id: string }>(
      'select record_id from record where connection_id = $1 and deleted_at is not null order by record_id',
      [connectionId],
    )
  ).map((row) => row.record_id);
const sent = async () =>
  (await engine.outgoing(mappingMessages.normalizeRecords)).filter((command) => command.connectionId === connectionId);

describe('a tombstone', () => {
  it('deletes the record and tells mapping with the next revision, once', async () => {
    await store(...ids(1, 30));
    expect(await note(tombstones('7'))).toEqual({ deleted: 1, held: 0 });
    expect(await note(tombstones('7'))).toEqual({ deleted: 0, held: 0 });
    expect(await deletedIds()).toEqual(['7']);
    expect(await sent()).toEqual([
      expect.objectContaining({
        cause: 'webhook',
        runId: null,
        records: [{ recordId: '7', revision: 2, deleted: true, body: { id: '7' } }],
      }),
    ]);
  });

  it('is not undone by a copy that was read before it, however new the provider says it is', async () => {
    await store('7');
    await note(tombstones('7'));
    expect(await see('7', inMinutes(-1), new Date(Date.now() + 60_000))).toEqual([]);
    expect(await deletedIds()).toEqual(['7']);
  });

  it('gives way to a copy that was read after it', async () => {
    await store('7');
    await note(tombstones('7'));
    expect(await see('7', inMinutes(1))).toEqual([{ recordId: '7', revision: 3, deleted: false, body: { id: '7' } }]);
    expect(await deletedIds()).toEqual([]);
  });

  it('that comes before its record keeps the older copy out', async () => {
    await note(tombstones('7'));
    expect(await see('7', inMinutes(-1))).toEqual([]);
    expect(await see('7', inMinutes(1))).toHaveLength(1);
  });
});

describe('a 404', () => {
  beforeEach(() => store(...ids(1, 30)));

  it('alone deletes nothing, nor does one right after it', async () => {
    await note(notFound('7'));
    await note(notFound('7'));
    expect(await deletedIds()).toEqual([]);
  });

  it('is confirmed by another one a while later', async () => {
    await note(notFound('7'));
    expect(await note(notFound('7'), { observedAt: inMinutes(5) })).toEqual({ deleted: 1, held: 0 });
    expect(await deletedIds()).toEqual(['7']);
  });

  it('is forgotten when the record is seen, changed or not', async () => {
    await see('7', inMinutes(-1));
    await note(notFound('7'));
    await see('7', inMinutes(1));
    await note(notFound('7'), { observedAt: inMinutes(5) });
    expect(await deletedIds()).toEqual([]);
  });
});

describe('the brake', () => {
  it('holds what is more than 5 % of a resource at once, and says so once', async () => {
    await store(...ids(1, 40));
    expect(await note(tombstones('1', '2', '3'))).toEqual({ deleted: 0, held: 3 });
    expect(await note(tombstones('4'))).toEqual({ deleted: 0, held: 1 });
    expect(await deletedIds()).toEqual([]);
    expect(await sent()).toEqual([]);
    const problems = await engine.outgoing(syncMessages.problemRaised);
    expect(problems.filter((problem) => problem.connectionId === connectionId)).toEqual([
      expect.objectContaining({ code: 'clio.deletion_held', resource: 'contacts' }),
    ]);
  });

  it('lets 5 % go, and a single record of a few', async () => {
    await store(...ids(1, 40));
    expect(await note(tombstones('1', '2'))).toEqual({ deleted: 2, held: 0 });
    const other = { resource: 'groups' };
    await engine.store(connectionId, 'groups', [{ recordId: '1' }, { recordId: '2' }]);
    expect(await note(tombstones('1'), other)).toEqual({ deleted: 1, held: 0 });
  });

  it('adds up tombstones that come one by one', async () => {
    await store(...ids(1, 2_100));
    await note(tombstones(...ids(1, 98)));
    for (const id of ids(99, 104)) await note(tombstones(id));
    expect(await deletedIds()).toHaveLength(100);
    const [held] = await engine.query<{ records: number; state: string }>(
      `select records, state from deletion where connection_id = $1 and state = 'held'`,
      [connectionId],
    );
    expect(held).toEqual({ records: 4, state: 'held' });
  });

  it('forgets a held deletion whose records are all seen again', async () => {
    await store(...ids(1, 10));
    await note(tombstones('1', '2'));
    await see('1', inMinutes(1));
    await see('2', inMinutes(1));
    expect(await engine.query('select state from deletion where connection_id = $1', [connectionId])).toEqual([
      { state: 'withdrawn' },
    ]);
  });
});
