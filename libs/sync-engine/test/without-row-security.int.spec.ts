import { randomUUID } from 'node:crypto';
import { Outbox } from '@firmbridge/messaging';
import { cancelRun, findConnection, findRuns, type Work } from '@firmbridge/sync-engine';
import { stopWork } from '../src/stop-work.js';
import { EngineHarness, OnePage } from './engine-harness.js';

let engine: EngineHarness;
beforeAll(async () => {
  engine = await EngineHarness.start();
  await engine.switchRowSecurityOff();
});
afterAll(() => engine?.stop());

function asStranger<T>(ask: (work: Work) => Promise<T>): Promise<T> {
  const outbox = new Outbox(engine.database);
  return engine.database.inTenant(randomUUID(), (tx) => ask({ tx, outbox, service: 'clio-sync', now: new Date() }));
}

it('keeps the runs and connections of a firm from another by the words of the statements alone', async () => {
  const { runId, connectionId } = await engine.aRun(new OnePage());
  expect(await asStranger(({ tx }) => tx.query('select 1 from run where run_id = $1', [runId]))).toHaveLength(1);

  expect(await asStranger(({ tx }) => findRuns(tx, { runId: null, limit: 10 }))).toEqual([]);
  expect(await asStranger(({ tx }) => findConnection(tx, connectionId))).toBeNull();
  await expect(asStranger((work) => cancelRun(work, runId))).rejects.toMatchObject({ code: 'run.unknown' });
  expect(await asStranger((work) => stopWork(work, connectionId))).toEqual({ runs: 0, writes: 0 });
  expect(await engine.run(runId)).toMatchObject({ state: 'running', resources: [{ state: 'waiting' }] });
});
