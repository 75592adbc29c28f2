import { randomUUID } from 'node:crypto';
import { authMessages, syncMessages } from '@firmbridge/contracts';
import { Outbox } from '@firmbridge/messaging';
import { acceptWrite, WriteWorker, type WriteEnd } from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { EngineHarness, OnePage } from './engine-harness.js';

const { connectionStopped, connectionStopping, connectionDisconnected } = authMessages;
const queue = 'clio-sync.stop-connection';

let engine: EngineHarness;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterEach(() => engine.stopWorkers());
afterAll(() => engine?.stop());

const stopping = (connectionId: string) =>
  engine.aMessage(connectionStopping, { disconnectionId: randomUUID(), connectionId, provider: 'clio' });

const answersTo = async ({ data }: ReturnType<typeof stopping>) =>
  (await engine.outgoing(connectionStopped)).filter(({ disconnectionId }) => disconnectionId === data.disconnectionId);

describe('a connection that ends', () => {
  it('cancels its runs, waits for the page in flight and only then answers', async () => {
    const adapter = new OnePage();
    const { runId, connectionId } = await engine.aRun(adapter, { resources: ['users', 'contacts'] });
    engine.aWorker(adapter, { leaseSeconds: 30 });
    await eventually(() => adapter.reads > 0);
    const message = stopping(connectionId);
    const busy = engine.aKeeper({ stopMs: 200 }).stopping(queue, message);
    await expect(busy).rejects.toMatchObject({ kind: 'unavailable', code: 'clio-sync.connection_busy' });
    expect(await answersTo(message)).toEqual([]);
    expect(await engine.run(runId)).toMatchObject({
      state: 'failed',
      resources: [{ state: 'failed', reason: 'Cancelled: the connection was disconnected.' }, { state: 'failed' }],
    });

    const stopped = engine.aKeeper().stopping(queue, message);
    adapter.answer();
    await stopped;
    expect(await answersTo(message)).toEqual([{ ...message.data, remains: [] }]);
    expect(await engine.commands(runId)).toEqual([]);
    expect((await engine.aRun(adapter, { connectionId })).outcome).toBe('disconnected');
  });

  it('cancels writes that were not begun and lets the one in flight end', async () => {
    const connectionId = await engine.aConnection();
    const [begun, waiting] = [randomUUID(), randomUUID()];
    let end = () => {};
    const gate = new Promise<void>((resolve) => (end = resolve));
    let writes = 0;
    const result: WriteEnd = { outcome: 'succeeded', recordId: 'r1', record: null };
    const execute = async () => {
      writes += 1;
      await gate;
      return result;
    };
    const executor = { resource: 'contacts', entityType: 'contact' as const, execute };
    const worker = new WriteWorker({
      database: engine.database,
      outbox: new Outbox(engine.database),
      service: 'ghl-sync',
      executors: new Map([['upsert', executor]]),
      clock: () => new Date(),
      random: Math.random,
      log: { warn: () => undefined, error: () => undefined },
      concurrency: 1,
      leaseSeconds: 60,
      maxAttempts: 3,
      pollMs: 20,
    });
    const accept = (entityId: string) =>
      engine.database.inTenant(engine.tenantId, (tx) =>
        acceptWrite(tx, 'ghl-sync', engine.aMessage(syncMessages.upsertGhlContact, {} as never), {
          connectionId,
          kind: 'upsert',
          entityId,
          entityVersion: { epoch: 0, n: 1 },
          payload: {},
        }),
      );
    await accept(begun);
    worker.start();
    await eventually(() => writes === 1);
    await accept(waiting);

    const message = stopping(connectionId);
    const stopped = engine.aKeeper().stopping(queue, message);
    await eventually(async () => {
      const tasks = await engine.query('select state from write_task where entity_id = $1', [waiting]);
      expect(tasks).toEqual([{ state: 'cancelled' }]);
    });
    expect(await answersTo(message)).toEqual([]);
    end();
    await stopped;
    await worker.stop();
    expect(await answersTo(message)).toHaveLength(1);
    expect(await engine.query('select state from write_task where entity_id = $1', [begun])).toEqual([
      { state: 'succeeded' },
    ]);
    expect(writes).toBe(1);
    expect(await accept(randomUUID())).toBe('disconnected');
  });

  it('is answered each time it is asked for, also when nobody knows it', async () => {
    const keeper = engine.aKeeper();
    const [first, second] = [stopping(randomUUID()), stopping(randomUUID())];
    for (const message of [first, second]) {
      await keeper.stopping(queue, message);
      await keeper.stopping(queue, message);
      expect(await answersTo(message)).toHaveLength(1);
    }
  });

  it('ends the same way when only its end is heard of', async () => {
    const adapter = new OnePage();
    const { runId, connectionId } = await engine.aRun(adapter);
    const ended = engine.aMessage(connectionDisconnected, { connectionId, provider: 'clio' });
    await engine.aKeeper().ended('clio-sync.keep-connections', ended, 'disconnected');
    expect(await engine.run(runId)).toMatchObject({ state: 'failed' });
  });

  it('is tried again while what established it has not arrived', async () => {
    const ended = engine.aMessage(connectionDisconnected, { connectionId: randomUUID(), provider: 'clio' });
    await expect(engine.aKeeper().ended('clio-sync.keep-connections', ended, 'disconnected')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'clio-sync.connection_unknown',
    });
  });
});
