import { mappingMessages, syncMessages } from '@firmbridge/contracts';
import type { IdPage, PageRequest } from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { storeRecords } from '../src/runs/store-page.js';
import { EngineHarness, OnePage } from './engine-harness.js';

let engine: EngineHarness;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterEach(() => engine.stopWorkers());
afterAll(() => engine.stop());

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));

type Page = Partial<IdPage> & { readonly ids: readonly string[] };

/** Lists ids page by page; the cursor is the number of the page. Every page but the last is full unless it says otherwise. */
class Lister extends OnePage {
  override readonly resources = [
    { name: 'contacts', incremental: true, pageSize: 200, pollEvery: 1, sweep: 'by-id' as const },
    { name: 'notes', incremental: false, pageSize: 200, pollEvery: 1, sweep: 'unordered' as const },
  ];
  readonly asked: string[] = [];
  /** Before a page is given out. */
  meanwhile: (page: number) => Promise<void> = () => Promise.resolve();

  constructor(readonly pages: readonly (Page | Error)[]) {
    super();
  }

  async readIds({ cursor }: PageRequest): Promise<IdPage> {
    const at = Number(cursor ?? 0);
    this.asked.push(String(at));
    await this.meanwhile(at);
    const page = this.pages[at];
    if (page === undefined || page instanceof Error) throw page ?? new Error('There is no such page.');
    const isLast = at === this.pages.length - 1;
    const all = this.pages.flatMap((each) => (each instanceof Error ? [] : each.ids));
    return { nextCursor: isLast ? null : String(at + 1), expected: all.length, isFull: !isLast, ...page };
  }
}

async function sweep(
  lister: Lister,
  { connectionId, resource = 'contacts' }: { connectionId: string; resource?: string },
) {
  const { runId } = await engine.aRun(lister, { mode: 'sweep', resources: [resource], connectionId });
  engine.aWorker(lister, { maxAttempts: 1 });
  const run = await eventually(async () => {
    const found = await engine.run(runId);
    expect(found?.finishedAt).toBeTruthy();
    return found;
  });
  await engine.stopWorkers();
  return run;
}

async function contacts(count: number, resource = 'contacts') {
  const connectionId = await engine.aConnection();
  await engine.store(
    connectionId,
    resource,
    ids(1, count).map((recordId) => ({ recordId })),
  );
  await engine.query(`update record set observed_at = now() - interval '1 hour' where connection_id = $1`, [
    connectionId,
  ]);
  return connectionId;
}

async function deletedOf(connectionId: string) {
  const rows = await engine.query<{ record_id: string }>(
    'select record_id from record where connection_id = $1 and deleted_at is not null order by record_id::int',
    [connectionId],
  );
  return rows.map((row) => row.record_id);
}

const without = (gone: readonly string[], all: readonly string[]) => all.filter((id) => !gone.includes(id));

describe('a complete sweep', () => {
  it('deletes what no page had, and tells mapping', async () => {
    const connectionId = await contacts(60);
    const run = await sweep(new Lister([{ ids: without(['7'], ids(1, 30)) }, { ids: without(['44'], ids(31, 60)) }]), {
      connectionId,
    });
    expect(run).toMatchObject({ state: 'completed', mode: 'sweep', resources: [{ pages: 2, records: 58 }] });
    expect(await deletedOf(connectionId)).toEqual(['7', '44']);
    const sent = await engine.outgoing(mappingMessages.normalizeRecords);
    expect(sent.filter((command) => command.connectionId === connectionId)).toEqual([
      expect.objectContaining({
        cause: 'poll',
        records: [
          { recordId: '44', revision: 2, deleted: true, body: { id: '44' } },
          { recordId: '7', revision: 2, deleted: true, body: { id: '7' } },
        ].map((record) => expect.objectContaining(record)),
      }),
    ]);
  });

  it('leaves alone what was created or changed while it went on', async () => {
    const connectionId = await contacts(40);
    const lister = new Lister([{ ids: ids(2, 20) }, { ids: ids(21, 40) }]);
    lister.meanwhile = async (page) => {
      if (page === 0) return;
      const scope = {
        tenantId: engine.tenantId,
        connectionId,
        resource: 'contacts',
        observedAt: new Date().toISOString(),
      };
      await engine.database.inTenant(engine.tenantId, (tx) =>
        storeRecords(
          tx,
          scope,
          ['1', '41'].map((recordId) => ({ recordId, sourceUpdatedAt: null, body: { id: recordId, name: 'New' } })),
        ),
      );
    };
    expect((await sweep(lister, { connectionId }))?.state).toBe('completed');
    expect(await deletedOf(connectionId)).toEqual([]);
  });

  it('holds a mass deletion', async () => {
    const connectionId = await contacts(60);
    await sweep(new Lister([{ ids: ids(1, 50) }]), { connectionId });
    expect(await deletedOf(connectionId)).toEqual([]);
    expect(
      await engine.query(`select state, records, of_records from deletion where connection_id = $1`, [connectionId]),
    ).toEqual([{ state: 'held', records: 10, of_records: 60 }]);
  });

  it('goes beside the run that reads changes', async () => {
    // Parked: no worker of another test takes these runs.
    const connectionId = await engine.aConnection('reauthorization_required');
    const lister = new Lister([{ ids: ['1'] }]);
    const start = async (mode: 'incremental' | 'sweep') =>
      (await engine.aRun(lister, { connectionId, mode, resources: ['contacts'] })).outcome;
    expect(await start('incremental')).toBe('started');
    expect(await start('sweep')).toBe('started');
    expect(await start('sweep')).toBe('already-running');
    // Left unfinished, they would be work for the workers of the next test.
    await engine.query(`delete from run_resource where connection_id = $1`, [connectionId]);
  });

  it('goes on after its worker ended, where it was', async () => {
    const connectionId = await contacts(60);
    const lister = new Lister([{ ids: ids(1, 20) }, { ids: ids(21, 40) }, { ids: ids(42, 60) }]);
    // The run of changes that another test left is read beside it.
    lister.answer();
    let reached!: () => void;
    const hanging = new Promise<void>((resolve) => (reached = resolve));
    lister.meanwhile = (page) => {
      if (page !== 1 || lister.asked.length > 2) return Promise.resolve();
      reached();
      return Promise.reject(new Error('The process dies here.'));
    };
    const { runId } = await engine.aRun(lister, { mode: 'sweep', resources: ['contacts'], connectionId });
    engine.aWorker(lister, { maxAttempts: 9 });
    await hanging;
    await engine.stopWorkers();
    await engine.query(`update run_resource set next_attempt_at = now() where run_id = $1`, [runId]);
    engine.aWorker(lister);
    await eventually(async () => expect((await engine.run(runId))?.state).toBe('completed'));
    expect(lister.asked).toEqual(['0', '1', '1', '2']);
    expect(await deletedOf(connectionId)).toEqual(['41']);
  });
});

describe('a sweep that is not complete deletes nothing', () => {
  it.each<[string, (Page | Error)[], RegExp]>([
    ['a page could not be read', [{ ids: ids(1, 20) }, new Error('down')], /down/],
    ['a page came twice', [{ ids: ids(1, 20) }, { ids: ids(1, 20) }], /listed twice/],
    [
      'records are missing by the provider’s own count',
      [{ ids: ids(1, 19) }, { ids: ids(21, 40), expected: 40 }],
      /listed 39/,
    ],
    ['the list ends too early', [{ ids: ids(1, 38), expected: 40 }], /listed 38/],
    [
      'a page in the middle is not full, and no count is given',
      [
        { ids: ids(1, 19), isFull: false, expected: null },
        { ids: ids(21, 40), expected: null },
      ],
      /not full/,
    ],
    [
      'the last page is full, and no count is given',
      [{ ids: ids(1, 39), isFull: true, expected: null }],
      /more may follow/,
    ],
  ])('%s', async (_, pages, reason) => {
    const connectionId = await contacts(40);
    const run = await sweep(new Lister(pages), { connectionId });
    expect(run).toMatchObject({ state: 'failed', resources: [{ reason: expect.stringMatching(reason) }] });
    expect(await deletedOf(connectionId)).toEqual([]);
    expect(await engine.query('select 1 from record_deletion where connection_id = $1', [connectionId])).toEqual([]);
    const problems = await engine.outgoing(syncMessages.problemRaised);
    expect(problems.filter((problem) => problem.connectionId === connectionId)).toHaveLength(1);
  });
});

describe('a sweep that proves less', () => {
  const longAgo = (connectionId: string) =>
    engine.query(`update record_deletion set signalled_at = now() - interval '1 day' where connection_id = $1`, [
      connectionId,
    ]);

  it.each<[string, string, Page[]]>([
    ['the provider gives no count', 'contacts', [{ ids: ids(1, 39), expected: null }]],
    ['the list has no order and several pages', 'notes', [{ ids: ids(1, 20) }, { ids: ids(21, 39) }]],
  ])('needs a second one to say the same: %s', async (_, resource, pages) => {
    const connectionId = await contacts(40, resource);
    await sweep(new Lister(pages), { connectionId, resource });
    expect(await deletedOf(connectionId)).toEqual([]);
    await longAgo(connectionId);
    await sweep(new Lister(pages), { connectionId, resource });
    expect(await deletedOf(connectionId)).toEqual(['40']);
  });
});
