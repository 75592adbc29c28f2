import { randomUUID } from 'node:crypto';
import { syncMessages, type Run } from '@firmbridge/contracts';
import { Outbox } from '@firmbridge/messaging';
import { cancelRun, pauseRun, resumeRun, type Work } from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { EngineHarness } from './engine-harness.js';
import { aGate, Paged } from './paged-adapter.js';

let engine: EngineHarness;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterEach(() => engine.stopWorkers());
afterAll(() => engine?.stop());

function decide(decision: (work: Work) => Promise<Run>): Promise<Run> {
  const outbox = new Outbox(engine.database);
  return engine.database.inTenant(engine.tenantId, (tx) =>
    decision({ tx, outbox, service: 'clio-sync', now: new Date() }),
  );
}
const pause = (runId: string) => decide((work) => pauseRun(work, runId));
const resume = (runId: string) => decide((work) => resumeRun(work, runId));
const cancel = (runId: string, resource?: string) => decide((work) => cancelRun(work, runId, resource));

/** A run with a worker that has read a page and holds the second one back. */
async function aRunInFlight(resources = ['contacts']) {
  const adapter = new Paged();
  const gate = aGate();
  adapter.answer = ({ resource, cursor }) =>
    resource === 'contacts' && cursor !== null ? gate.opened : Promise.resolve(undefined);
  const run = await engine.aRun(adapter, { resources });
  engine.aWorker(adapter, { maxUnapplied: 100 });
  await eventually(() => adapter.asked.includes('contacts/2'));
  return { ...run, adapter, gate };
}

async function applyAll(runId: string): Promise<void> {
  for (const command of await engine.commands(runId)) await engine.apply(command);
}

const watermarks = async (connectionId: string) =>
  (
    await engine.query<{ resource: string }>('select resource from watermark where connection_id = $1', [connectionId])
  ).map(({ resource }) => resource);

const toldStates = async (runId: string) =>
  (await engine.outgoing(syncMessages.runProgressed)).filter((run) => run.runId === runId).map(({ state }) => state);

describe('a paused run', () => {
  it('finishes the page being read, reads no other, also after a restart, and goes on where it was', async () => {
    const { runId, adapter, gate } = await aRunInFlight();
    expect(await pause(runId)).toMatchObject({ state: 'paused', secondsLeft: null });
    expect(await pause(runId)).toMatchObject({ state: 'paused' });
    gate.open();
    await eventually(async () => expect((await engine.run(runId))?.resources[0]).toMatchObject({ pages: 2 }));
    await engine.stopWorkers();

    engine.aWorker(adapter, { maxUnapplied: 100 });
    const other = await engine.aRun(adapter);
    await eventually(async () => expect((await engine.run(other.runId))?.resources[0]).toMatchObject({ pages: 3 }));
    expect(await engine.run(runId)).toMatchObject({ state: 'paused', resources: [{ pages: 2 }] });

    expect(await resume(runId)).toMatchObject({ state: 'running' });
    await eventually(async () => expect((await engine.run(runId))?.resources[0]).toMatchObject({ state: 'applying' }));
    await applyAll(runId);
    expect(await engine.run(runId)).toMatchObject({ state: 'completed', percent: 100 });
    expect(adapter.asked.filter((page) => page.startsWith('contacts'))).toEqual([
      'contacts/1',
      'contacts/2',
      'contacts/3',
    ]);
    expect(await toldStates(runId)).toEqual(expect.arrayContaining(['paused', 'running', 'completed']));
  });

  it('blocks no other run but another one that reads the same account', async () => {
    const { runId, connectionId, adapter, gate } = await aRunInFlight();
    gate.open();
    await pause(runId);
    expect((await engine.aRun(adapter, { connectionId })).outcome).toBe('already-running');
  });
});

describe('a cancelled run', () => {
  it('loses the page being read, keeps what was applied and moves no watermark', async () => {
    const { runId, connectionId, gate, adapter } = await aRunInFlight();
    const cancelled = await cancel(runId);
    expect(cancelled).toMatchObject({ state: 'cancelled', resources: [{ state: 'cancelled', pages: 1 }] });
    expect(cancelled.finishedAt).not.toBeNull();
    expect(await cancel(runId)).toEqual(cancelled);
    gate.open();
    await applyAll(runId);
    await eventually(async () =>
      expect(
        await engine.query('select 1 from run_resource where run_id = $1 and lease_until > now()', [runId]),
      ).toEqual([]),
    );
    expect(await engine.run(runId)).toMatchObject({ state: 'cancelled', resources: [{ pages: 1, applied: 2 }] });
    expect(await watermarks(connectionId)).toEqual([]);
    expect((await toldStates(runId)).at(-1)).toBe('cancelled');
    expect((await engine.aRun(adapter, { connectionId })).outcome).toBe('started');
  });

  it('may be one resource only: the others go on and complete', async () => {
    const { runId, connectionId, gate } = await aRunInFlight(['users', 'contacts']);
    expect(await cancel(runId, 'contacts')).toMatchObject({ state: 'running' });
    gate.open();
    await eventually(async () => expect((await engine.run(runId))?.resources[0]).toMatchObject({ state: 'applying' }));
    await applyAll(runId);
    expect(await engine.run(runId)).toMatchObject({
      state: 'completed',
      resources: [{ state: 'completed' }, { state: 'cancelled' }],
    });
    expect(await watermarks(connectionId)).toEqual(['users']);
    await expect(cancel(runId, 'users')).rejects.toMatchObject({ code: 'run.finished' });
    await expect(cancel(runId, 'bills')).rejects.toMatchObject({ code: 'run.resource_unknown' });
  });
});

it('says of a run that is over, or unknown, that nothing can be decided', async () => {
  const { runId, gate } = await aRunInFlight();
  gate.open();
  await cancel(runId);
  for (const attempt of [pause, resume]) {
    await expect(attempt(runId)).rejects.toMatchObject({ kind: 'conflict', code: 'run.finished' });
  }
  for (const attempt of [pause, resume, cancel]) {
    await expect(attempt(randomUUID())).rejects.toMatchObject({ kind: 'not_found', code: 'run.unknown' });
  }
});

it('tells how far it is, what it cost and how long it takes', async () => {
  const { runId, gate } = await aRunInFlight();
  expect(await engine.run(runId)).toMatchObject({ percent: 33, calls: 0, resources: [{ percent: 33, expected: 6 }] });
  expect((await engine.run(runId))?.secondsLeft).toBeGreaterThan(0);
  gate.open();
});
