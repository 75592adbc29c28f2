import { AppError, authMessages, syncMessages } from '@firmbridge/contracts';
import {
  startDueRuns,
  type Page,
  type PageRequest,
  type ProviderAdapter,
  type Records,
  type RecordsRequest,
} from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { parkConnection } from '../src/connections.js';
import { EngineHarness } from './engine-harness.js';

const { connectionEstablished, connectionReauthorizationRequired } = authMessages;
const advice = 'Switch on "Contacts".';
const reason = `clio.contacts.list was answered with 403. ${advice}`;

/** Gives users, and contacts only when they are allowed. */
class Guarded implements ProviderAdapter {
  readonly provider = 'clio';
  readonly service = 'clio-sync';
  readonly resources = [
    { name: 'users', incremental: true, pageSize: 200, pollEvery: 1 },
    { name: 'contacts', incremental: true, pageSize: 200, pollEvery: 1, permissionAdvice: advice },
  ];
  readonly budget = [];
  mayReadContacts = false;
  isGranted = true;
  readonly asked: string[] = [];

  readPage({ resource }: PageRequest): Promise<Page> {
    this.asked.push(resource);
    if (!this.isGranted) throw new AppError('unauthorized', 'clio.unauthorized', 'The grant is dead.');
    if (resource === 'contacts' && !this.mayReadContacts) {
      const details = { status: 403 };
      throw new AppError('forbidden', 'clio.forbidden', 'clio.contacts.list was answered with 403.', { details });
    }
    return Promise.resolve({ records: [], nextCursor: null, expected: 0 });
  }

  readRecords({ ids }: RecordsRequest): Promise<Records> {
    return Promise.resolve({ found: [], missing: ids });
  }
}

let engine: EngineHarness;
beforeEach(async () => {
  engine = await EngineHarness.start();
});
afterEach(() => engine?.stop());

const stateOf = async (runId: string) => {
  const run = await eventually(async () => {
    const now = await engine.run(runId);
    return now?.finishedAt ? now : null;
  });
  return Object.fromEntries(run.resources.map((resource) => [resource.resource, resource]));
};
const read = async (adapter: Guarded, connectionId: string, mode: 'incremental' | 'manual') =>
  stateOf((await engine.aRun(adapter, { connectionId, mode, resources: [] })).runId);
const problems = async () =>
  (await engine.outgoing(syncMessages.problemRaised)).map(({ code, resource, message }) => [code, resource, message]);
const established = (connectionId: string) => {
  const data = connectionEstablished.data.parse(connectionEstablished.example);
  return engine.aMessage(connectionEstablished, { ...data, connectionId });
};
const due = (adapter: Guarded) =>
  startDueRuns({ database: engine.database, adapter, intervalSeconds: 3_600, random: () => 0 });

describe('a resource that the provider refuses for want of a permission', () => {
  it('is left out, with the permission named, as one problem; the others go on', async () => {
    const adapter = new Guarded();
    const connectionId = await engine.aConnection();
    engine.aWorker(adapter);
    for (let run = 1; run <= 3; run += 1) {
      expect(await read(adapter, connectionId, 'incremental')).toMatchObject({
        users: { state: 'completed' },
        contacts: { state: 'failed', reason },
      });
    }
    expect(adapter.asked.filter((resource) => resource === 'contacts')).toHaveLength(1);
    expect(await problems()).toEqual([
      ['clio.permission_missing', 'contacts', `contacts could not be read: ${reason}`],
    ]);
  });

  it('is tried again when a person asks, and is read from then on', async () => {
    const adapter = new Guarded();
    const connectionId = await engine.aConnection();
    engine.aWorker(adapter);
    await read(adapter, connectionId, 'incremental');
    expect(await read(adapter, connectionId, 'manual')).toMatchObject({ contacts: { state: 'failed', reason } });
    expect(await problems()).toHaveLength(1);
    adapter.mayReadContacts = true;
    expect(await read(adapter, connectionId, 'manual')).toMatchObject({ contacts: { state: 'completed' } });
    expect(await read(adapter, connectionId, 'incremental')).toMatchObject({ contacts: { state: 'completed' } });
  });

  it('is tried again soon after the account is connected again', async () => {
    const adapter = new Guarded();
    const connectionId = await engine.aConnection();
    engine.aWorker(adapter);
    await read(adapter, connectionId, 'incremental');
    expect(await due(adapter)).toBe(0);
    adapter.mayReadContacts = true;
    await engine.aKeeper().established('clio-sync.keep-connections', established(connectionId));
    expect(await due(adapter)).toBe(1);
    await eventually(() => adapter.asked.filter((resource) => resource === 'contacts').length === 2);
    const [run] = await engine.query<{ run_id: string }>('select run_id from run order by started_at desc limit 1');
    expect(await stateOf(run?.run_id ?? '')).toMatchObject({ contacts: { state: 'completed' } });
  });

  it('ends a run at once that has nothing else to read', async () => {
    const adapter = new Guarded();
    const connectionId = await engine.aConnection();
    engine.aWorker(adapter);
    await read(adapter, connectionId, 'incremental');
    const { runId } = await engine.aRun(adapter, { connectionId, mode: 'incremental', resources: ['contacts'] });
    expect(await engine.run(runId)).toMatchObject({ state: 'failed', resources: [{ reason }] });
  });
});

describe('a connection whose grant died', () => {
  it('goes on where it was parked when it is back, then catches up once', async () => {
    const adapter = new Guarded();
    adapter.mayReadContacts = true;
    adapter.isGranted = false;
    const connectionId = await engine.aConnection();
    engine.aWorker(adapter);
    const { runId } = await engine.aRun(adapter, { connectionId, mode: 'incremental', resources: [] });
    await eventually(async () => expect((await engine.run(runId))?.state).toBe('parked'));
    expect(await problems()).toHaveLength(1);
    const dead = { connectionId, provider: 'clio' as const, reason: 'revoked' };
    const keeper = engine.aKeeper();
    const parked = engine.aMessage(connectionReauthorizationRequired, dead);
    await keeper.ended('clio-sync.keep-connections', parked, 'reauthorization_required');
    expect(await due(adapter)).toBe(0);

    adapter.isGranted = true;
    await keeper.established('clio-sync.keep-connections', established(connectionId));
    expect(await stateOf(runId)).toMatchObject({ users: { state: 'completed' }, contacts: { state: 'completed' } });
    expect(await due(adapter)).toBe(1);
    const runs = () => engine.query<{ mode: string; finished_at: unknown }>('select mode, finished_at from run');
    await eventually(async () => expect((await runs()).every((run) => run.finished_at !== null)).toBe(true));
    expect(await runs()).toHaveLength(2);
    expect(await due(adapter)).toBe(0);
  });

  it('is not parked by a call that began before it came back', async () => {
    const adapter = new Guarded();
    const connectionId = await engine.aConnection();
    await engine.aRun(adapter, { connectionId });
    const [before] = await engine.query<{ at: string }>(`select clock_timestamp() - interval '1 second' as at`);
    await engine.aKeeper().established('clio-sync.keep-connections', established(connectionId));
    const park = (at: string) =>
      engine.database.inTenant(engine.tenantId, (tx) => parkConnection(tx, connectionId, at));
    expect(await park(before?.at ?? '')).toBe(false);
    const [after] = await engine.query<{ at: string }>('select clock_timestamp() as at');
    expect(await park(after?.at ?? '')).toBe(true);
    expect(await park(after?.at ?? '')).toBe(false);
  });
});
