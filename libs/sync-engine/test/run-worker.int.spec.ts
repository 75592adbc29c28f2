import { eventually } from '@firmbridge/testing';
import { claimPage } from '../src/runs/claim.js';
import { EngineHarness, OnePage } from './engine-harness.js';

const leaseSeconds = 1;

let engine: EngineHarness;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterEach(() => engine.stopWorkers());
afterAll(() => engine?.stop());

async function secondsUntilNow(runId: string): Promise<number> {
  const [row] = await engine.query<{ age: number }>(
    `select extract(epoch from clock_timestamp() - started_at)::float8 as age from run_resource where run_id = $1`,
    [runId],
  );
  return row?.age ?? 0;
}

describe('a page of a run', () => {
  it('stays with a worker that reads for longer than its lease', async () => {
    const adapter = new OnePage();
    const { runId } = await engine.aRun(adapter);
    engine.aWorker(adapter, { leaseSeconds });
    engine.aWorker(adapter, { leaseSeconds });
    await eventually(async () => (await secondsUntilNow(runId)) > leaseSeconds * 2);
    adapter.answer();
    const finished = await eventually(async () => {
      const now = await engine.run(runId);
      return now?.finishedAt ? now : null;
    });
    expect(adapter.reads).toBe(1);
    expect(finished.resources[0]).toMatchObject({ state: 'completed', pages: 1 });
  });

  it('is read by another worker one lease after its own has died', async () => {
    const adapter = new OnePage();
    adapter.answer();
    const { runId } = await engine.aRun(adapter);
    expect(await claimPage(engine.database, { leaseSeconds, maxUnapplied: 4 })).toMatchObject({ runId });
    engine.aWorker(adapter, { leaseSeconds });
    await eventually(async () => (await engine.run(runId))?.state === 'completed');
    expect(await secondsUntilNow(runId)).toBeGreaterThanOrEqual(leaseSeconds);
    expect(adapter.reads).toBe(1);
  });
});
