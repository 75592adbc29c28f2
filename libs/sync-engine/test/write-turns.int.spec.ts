import { randomUUID } from 'node:crypto';
import { AppError, syncMessages } from '@firmbridge/contracts';
import { Outbox } from '@firmbridge/messaging';
import { acceptWrite, WriteWorker, type ClaimedWrite, type WriteEnd } from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { EngineHarness } from './engine-harness.js';

let engine: EngineHarness;
let worker: WriteWorker | undefined;
beforeAll(async () => {
  engine = await EngineHarness.start();
});
afterEach(async () => {
  await worker?.stop();
  await engine.database.acrossTenants((tx) => tx.query('delete from write_task'));
});
afterAll(() => engine?.stop());

class Firm {
  readonly tenantId = randomUUID();
  private readonly connectionId = randomUUID();

  static async withWrites(count: number): Promise<Firm> {
    const firm = new Firm();
    await engine.database.inTenant(firm.tenantId, (tx) =>
      tx.query(
        `insert into connection (tenant_id, connection_id, provider, region, account_id, account_name, api_origin, status, changed_at,
           catch_up_due)
         values ($1, $2, 'ghl', 'us', '1', 'A firm', 'http://127.0.0.1', 'active', now(), false)`,
        [firm.tenantId, firm.connectionId],
      ),
    );
    await firm.writes(count);
    return firm;
  }

  writes(count: number): Promise<void> {
    return engine.database.inTenant(this.tenantId, async (tx) => {
      const message = { ...engine.aMessage(syncMessages.upsertGhlContact, {} as never), tenantId: this.tenantId };
      for (let n = 0; n < count; n++) {
        const subject = { kind: 'upsert', entityId: randomUUID(), entityVersion: { epoch: 0, n: 1 }, payload: {} };
        await acceptWrite(tx, 'ghl-sync', message, { connectionId: this.connectionId, ...subject });
      }
    });
  }

  tasks(): Promise<{ state: string; attempts: number }[]> {
    return engine.database.inTenant(this.tenantId, (tx) =>
      tx.query('select distinct state, attempts from write_task where connection_id = $1', [this.connectionId]),
    );
  }
}

const done: WriteEnd = { outcome: 'succeeded', recordId: 'r1', record: null };

/** Begins to write; answers the firms of its calls, in their order. */
function work(concurrency: number, execute: (write: ClaimedWrite) => Promise<WriteEnd>): string[] {
  const calls: string[] = [];
  const executor = {
    resource: 'contacts',
    entityType: 'contact' as const,
    execute: (write: ClaimedWrite) => {
      calls.push(write.connection.tenantId);
      return execute(write);
    },
  };
  worker = new WriteWorker({
    database: engine.database,
    outbox: new Outbox(engine.database),
    service: 'ghl-sync',
    executors: new Map([['upsert', executor]]),
    clock: () => new Date(),
    random: Math.random,
    log: { warn: () => undefined, error: () => undefined },
    concurrency,
    leaseSeconds: 60,
    maxAttempts: 3,
    pollMs: 20,
  });
  worker.start();
  return calls;
}

describe('whose write is next', () => {
  it('gives every firm its turn, however many writes another one has before it', async () => {
    const big = await Firm.withWrites(300);
    const small = [await Firm.withWrites(2), await Firm.withWrites(1)];
    const calls = work(1, () => Promise.resolve(done));
    await eventually(() => calls.length >= 5);
    const [first, second] = small.map(({ tenantId }) => tenantId);
    expect(calls.slice(0, 5)).toEqual([big.tenantId, first, second, big.tenantId, first]);
  });

  it('keeps a strand from a firm whose calls take long, for the write of another one', async () => {
    const slow = await Firm.withWrites(20);
    const other = await Firm.withWrites(0);
    let end = () => {};
    const gate = new Promise<WriteEnd>((resolve) => (end = () => resolve(done)));
    const calls = work(3, ({ connection }) => (connection.tenantId === slow.tenantId ? gate : Promise.resolve(done)));
    try {
      await eventually(() => calls.length === 2);
      await other.writes(1);
      await eventually(async () => expect(await other.tasks()).toEqual([{ state: 'succeeded', attempts: 1 }]));
      expect(calls).toEqual([slow.tenantId, slow.tenantId, other.tenantId]);
    } finally {
      end();
    }
  });

  it('lets a connection rest whose budget is spent: it is not asked for each of its writes, and nothing counts', async () => {
    const spent = await Firm.withWrites(20);
    const other = await Firm.withWrites(10);
    const noRoom = new AppError('rate_limited', 'rate_limit.no_room_yet', 'No room.', { retryAfterMs: 600_000 });
    const calls = work(1, ({ connection }) =>
      connection.tenantId === spent.tenantId ? Promise.reject(noRoom) : Promise.resolve(done),
    );
    await eventually(async () => expect(await other.tasks()).toEqual([{ state: 'succeeded', attempts: 1 }]));
    expect(calls.filter((tenantId) => tenantId === spent.tenantId)).toHaveLength(1);
    expect(await spent.tasks()).toEqual([{ state: 'pending', attempts: 0 }]);
  });
});
