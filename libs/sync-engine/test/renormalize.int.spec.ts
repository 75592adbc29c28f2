import { randomUUID } from 'node:crypto';
import { systemActor } from '@firmbridge/contracts';
import { Outbox } from '@firmbridge/messaging';
import { eventually } from '@firmbridge/testing';
import { startDueRuns } from '../src/poll-schedule.js';
import { claimPage, type ClaimedPage } from '../src/runs/claim.js';
import { commitStoredPage } from '../src/runs/commit-page.js';
import { EngineHarness, OnePage, type StoredRecord } from './engine-harness.js';

let engine: EngineHarness;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterEach(async () => {
  await engine.stopWorkers();
  // What a test leaves unfinished would be taken up by the workers of the next.
  await engine.query('delete from run_resource');
});
afterAll(() => engine?.stop());

const records = (count: number): StoredRecord[] =>
  Array.from({ length: count }, (_, index) => ({ recordId: String(index).padStart(5, '0'), revision: index + 1 }));

const renormalize = (connectionId: string, resources = ['users']) =>
  engine.aRun(new OnePage(), { connectionId, mode: 'renormalize', resources });

const finished = (runId: string) =>
  eventually(async () => {
    const run = await engine.run(runId);
    return run?.finishedAt ? run : null;
  });

describe('a run that normalizes again', () => {
  it('gives mapping the stored records with their revisions, and asks the provider nothing', async () => {
    const adapter = new OnePage();
    const connectionId = await engine.aConnection();
    await engine.store(connectionId, 'users', [
      { recordId: '1', revision: 7 },
      { recordId: '2', revision: 3, deleted: true },
    ]);
    await engine.store(connectionId, 'contacts', [{ recordId: '9' }]);
    await engine.store(await engine.aConnection(), 'users', [{ recordId: '8' }]);
    const { runId } = await renormalize(connectionId);
    engine.aWorker(adapter);
    const [command] = await eventually(async () => {
      const commands = await engine.commands(runId);
      return commands.length > 0 ? commands : null;
    });
    expect(command).toMatchObject({
      routingKey: 'mapping.normalize-records.backfill',
      cause: 'renormalized',
      resource: 'users',
      connectionId,
      records: [
        { recordId: '1', revision: 7, deleted: false, body: { id: '1' } },
        { recordId: '2', revision: 3, deleted: true, body: { id: '2' } },
      ],
    });
    if (command !== undefined) await engine.apply(command);
    const run = await finished(runId);
    expect(run).toMatchObject({ mode: 'renormalize', state: 'completed' });
    expect(run.resources).toMatchObject([
      { resource: 'users', pages: 1, calls: 0, records: 2, changed: 2, applied: 2, expected: 2 },
    ]);
    expect(adapter.reads).toBe(0);
    expect(await engine.query('select 1 from watermark where connection_id = $1', [connectionId])).toEqual([]);
    expect(
      await engine.query('select revision from record where connection_id = $1 order by 1', [connectionId]),
    ).toEqual(['1', '3', '7'].map((revision) => ({ revision })));
  });

  it('goes page by page while few of them are unapplied, and completes when all are applied', async () => {
    const connectionId = await engine.aConnection();
    await engine.store(connectionId, 'users', records(650));
    const { runId } = await renormalize(connectionId);
    const worker = engine.aWorker(new OnePage(), { maxUnapplied: 2 });
    const commandsAfter = (count: number) =>
      eventually(async () => {
        const commands = await engine.commands(runId);
        return commands.length >= count ? commands : null;
      });
    const first = await commandsAfter(2);
    expect(await claimPage(engine.database, { leaseSeconds: 1, maxUnapplied: 2, source: 'store' })).toBeNull();
    for (const command of first) await engine.apply(command);
    worker.wake();
    const all = await commandsAfter(4);
    expect((await engine.run(runId))?.finishedAt).toBeNull();
    for (const command of all.slice(2)) await engine.apply(command);
    expect(await finished(runId)).toMatchObject({
      resources: [{ pages: 4, records: 650, applied: 650, expected: 650 }],
    });
    expect(all.flatMap((command) => command.records.map(({ recordId }) => recordId))).toEqual(
      records(650).map(({ recordId }) => recordId),
    );
  });

  it('gives each record once when several workers are at it', async () => {
    const connectionId = await engine.aConnection();
    await engine.store(connectionId, 'users', records(900));
    const { runId } = await renormalize(connectionId);
    for (let worker = 0; worker < 3; worker++) engine.aWorker(new OnePage(), { maxUnapplied: 100 });
    const commands = await eventually(async () => {
      const sent = await engine.commands(runId);
      return sent.length >= 5 ? sent : null;
    });
    const ids = commands.flatMap((command) => command.records.map(({ recordId }) => recordId));
    expect([ids.length, new Set(ids).size]).toEqual([900, 900]);
  });

  it('goes beside a run that reads the provider, and neither holds up the other', async () => {
    const adapter = new OnePage();
    const connectionId = await engine.aConnection();
    await engine.store(connectionId, 'users', [{ recordId: '1' }]);
    const reading = await engine.aRun(adapter, { connectionId });
    engine.aWorker(adapter);
    await eventually(() => adapter.reads === 1);
    // The one strand that reads is held by the provider.
    const [one, other] = [await renormalize(connectionId), await renormalize(connectionId, ['contacts'])];
    expect([one.outcome, other.outcome]).toEqual(['started', 'started']);
    expect((await engine.aRun(adapter, { connectionId })).outcome).toBe('already-running');
    await eventually(async () => (await engine.commands(one.runId)).length === 1);
    await finished(other.runId);
    adapter.answer();
    expect(await finished(reading.runId)).toMatchObject({ state: 'completed' });
    expect((await engine.run(one.runId))?.finishedAt).toBeNull();
  });

  it('does not hold up polling', async () => {
    const adapter = new OnePage();
    adapter.answer();
    const { connectionId, runId } = await engine.aRun(adapter);
    engine.aWorker(adapter);
    await finished(runId);
    await engine.stopWorkers();
    await renormalize(connectionId);
    await engine.query(`update connection set next_poll_at = now() - interval '1 hour' where connection_id = $1`, [
      connectionId,
    ]);
    await startDueRuns({ database: engine.database, adapter, intervalSeconds: 60, random: () => 0 });
    const modes = await engine.query<{ mode: string }>(
      'select mode from run where connection_id = $1 order by started_at',
      [connectionId],
    );
    expect(modes.map(({ mode }) => mode)).toEqual(['initial', 'renormalize', 'incremental']);
  });

  it('needs no grant, but a connection', async () => {
    const parked = await engine.aConnection('reauthorization_required');
    const { runId } = await renormalize(parked);
    expect((await engine.run(runId))?.state).toBe('running');
    engine.aWorker(new OnePage());
    expect(await finished(runId)).toMatchObject({ state: 'completed' });
    await expect(renormalize(randomUUID())).rejects.toMatchObject({ code: 'clio-sync.connection_unknown' });
    expect((await renormalize(await engine.aConnection('disconnected'))).outcome).toBe('disconnected');
  });

  it('writes nothing when its worker was too slow and another has the page', async () => {
    const connectionId = await engine.aConnection();
    await engine.store(connectionId, 'users', [{ recordId: '1' }]);
    const { runId } = await renormalize(connectionId);
    const slow = await claimPage(engine.database, { leaseSeconds: 0, maxUnapplied: 4, source: 'store' });
    const other = await claimPage(engine.database, { leaseSeconds: 60, maxUnapplied: 4, source: 'store' });
    if (slow?.runId !== runId || other?.runId !== runId) throw new Error('the page was not claimed twice');
    const actor = systemActor('clio-sync');
    const commit = (claim: ClaimedPage) =>
      engine.database.inTenant(engine.tenantId, (tx) =>
        commitStoredPage({
          tx,
          outbox: new Outbox(engine.database),
          service: 'clio-sync',
          now: new Date(),
          claim,
          actor,
        }),
      );
    expect(await commit(slow)).toBe(false);
    expect(await engine.commands(runId)).toEqual([]);
    expect(await commit(other)).toBe(true);
    expect(await engine.commands(runId)).toHaveLength(1);
  });
});
