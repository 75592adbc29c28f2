import { AppError, syncMessages } from '@firmbridge/contracts';
import type { Page, PageRequest } from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { EngineHarness } from './engine-harness.js';
import { Paged } from './paged-adapter.js';

let engine: EngineHarness;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterEach(() => engine.stopWorkers());
afterAll(() => engine?.stop());

type Answer = (adapter: Paged, request: PageRequest) => Page | undefined;

async function readAll(answer: Answer, pages = 4) {
  const adapter = new Paged({ pages });
  adapter.answer = (request) => Promise.resolve(answer(adapter, request));
  const { runId } = await engine.aRun(adapter, { resources: ['contacts'] });
  engine.aWorker(adapter, { maxUnapplied: 100 });
  const [resource] = await eventually(async () => {
    const run = await engine.run(runId);
    return ['failed', 'applying', 'completed'].includes(run?.resources[0]?.state ?? '') && run?.resources;
  });
  return { asked: adapter.asked.map((page) => Number(page.replace('contacts/', ''))), resource, runId };
}

const marks = () => engine.query('select 1 from page_mark');

describe('a page that repeats itself', () => {
  const repeated: [string, Answer][] = [
    [
      'its next page is the page itself',
      (a, { cursor }) => (cursor === '2' ? { ...a.page(2), nextCursor: '2' } : undefined),
    ],
    ['pages lead in a circle', (a, { cursor }) => (cursor === '3' ? { ...a.page(3), nextCursor: '2' } : undefined)],
    [
      'another address has the same records',
      (a, { cursor }) => (cursor === '3' ? { ...a.page(2), nextCursor: '4' } : undefined),
    ],
    [
      'the last page has the records of the first',
      (a, { cursor }) => (cursor === '3' ? { ...a.page(1), nextCursor: null } : undefined),
    ],
    [
      'empty pages have ever new addresses',
      (_a, { cursor }) => ({ records: [], nextCursor: `${Number(cursor ?? 1) + 1}`, expected: null }),
    ],
  ];
  it.each(repeated)('is noticed within two requests and fails its resource: %s', async (_name, answer) => {
    const { asked, resource, runId } = await readAll(answer);
    expect(resource).toMatchObject({ state: 'failed', reason: expect.stringContaining('read before') });
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(resource?.pages).toBeLessThan(asked.length);
    const problems = await engine.outgoing(syncMessages.problemRaised);
    expect(problems.filter((problem) => problem.runId === runId).map(({ code }) => code)).toEqual([
      'clio.page_repeats',
    ]);
    expect(await marks()).toEqual([]);
  });

  it('is not an empty page at the end', async () => {
    const end: Page = { records: [], nextCursor: null, expected: null };
    expect((await readAll((_a, { cursor }) => (cursor === '2' ? end : undefined))).asked).toEqual([1, 2]);
  });
});

describe('a cursor that has expired', () => {
  const expired = () => {
    throw new AppError('validation', 'clio.ArgumentError', 'page_token is invalid');
  };

  it('sends the resource back to its first page, and nothing is sent on twice', async () => {
    let refusals = 1;
    const { asked, resource, runId } = await readAll((_a, { cursor }) =>
      cursor === '3' && refusals-- > 0 ? expired() : undefined,
    );
    expect(asked).toEqual([1, 2, 3, 1, 2, 3, 4]);
    expect(resource).toMatchObject({ state: 'applying', records: 8, changed: 8, reason: null });
    const sent = (await engine.commands(runId)).flatMap(({ records }) => records.map(({ recordId }) => recordId));
    expect(new Set(sent).size).toBe(sent.length);
  });

  it('is given up when it expires each time', async () => {
    const { asked, resource } = await readAll((_a, { cursor }) => (cursor === '2' ? expired() : undefined));
    expect(asked).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
    expect(resource).toMatchObject({ state: 'failed', reason: 'page_token is invalid' });
  });

  it('is no reason to ask the first page again when that is refused', async () => {
    const { asked } = await readAll(() => expired());
    expect(asked).toEqual([1]);
  });
});

describe('bulk and live work', () => {
  const lanesOfRun = async (runId: string) => ({
    calls: await engine.query('select distinct lane from run_resource where run_id = $1', [runId]),
    mapping: (await engine.commands(runId)).map(({ routingKey }) => routingKey.split('.').at(-1)),
  });

  it('go apart into mapping: what was never read whole is bulk, whatever the run is for', async () => {
    const adapter = new Paged({ pages: 1 });
    const connectionId = await engine.aConnection();
    engine.aWorker(adapter);
    const readOnce = async (mode: 'incremental' | 'manual') => {
      adapter.answer = () => Promise.resolve({ records: [aRecord(mode)], nextCursor: null, expected: 1 });
      const { runId } = await engine.aRun(adapter, { connectionId, mode, resources: ['contacts'] });
      await eventually(async () => (await engine.commands(runId)).length === 1);
      const lanes = await lanesOfRun(runId);
      for (const command of await engine.commands(runId)) await engine.apply(command);
      return lanes;
    };
    expect(await readOnce('incremental')).toEqual({ calls: [{ lane: 'initial' }], mapping: ['backfill'] });
    expect(await readOnce('manual')).toEqual({ calls: [{ lane: 'interactive' }], mapping: ['live'] });
  });

  it('wait while too much of them is not applied', async () => {
    const adapter = new Paged({ pages: 6 });
    const { runId } = await engine.aRun(adapter, { resources: ['contacts'] });
    engine.aWorker(adapter, { maxUnapplied: 2 });
    const fetched = async () => (await engine.run(runId))?.resources[0]?.pages;
    for (const pages of [2, 3, 4, 5, 6]) {
      await eventually(async () => (await fetched()) === pages);
      // Another run is read meanwhile, so the worker looked and found nothing to fetch here.
      const beside = await engine.aRun(adapter, { resources: ['users'] });
      await eventually(async () => (await engine.run(beside.runId))?.resources[0]?.pages === 2);
      expect(await fetched()).toBe(pages);
      const commands = await engine.commands(runId);
      await engine.apply(commands[pages - 2]!);
    }
  });
});

function aRecord(title: string) {
  return { recordId: '7', sourceUpdatedAt: null, body: { id: '7', title } };
}
