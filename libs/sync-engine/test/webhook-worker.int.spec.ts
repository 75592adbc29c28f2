import { Outbox } from '@firmbridge/messaging';
import { noAnswer, PostgresBudgetStore, RateLimiter, type BudgetPolicy } from '@firmbridge/rate-limit';
import { budgetKeyOf, WebhookWorker, type Records, type RecordsRequest } from '@firmbridge/sync-engine';
import { eventually } from '@firmbridge/testing';
import { keepDeliveries } from '../src/webhooks/keep-deliveries.js';
import { EngineHarness, OnePage } from './engine-harness.js';

const policy: BudgetPolicy = { windows: [{ seconds: 60, limit: 2 }] };
const log = { warn: () => undefined, error: () => undefined };

/** Asks the real budget before it answers that a record is gone. */
class Budgeted extends OnePage {
  constructor(private readonly limiter: RateLimiter) {
    super();
  }

  override async readRecords(request: RecordsRequest): Promise<Records> {
    const { connection, lane, signal, longestBudgetWaitMs: longestWaitMs } = request;
    const budget = { tenantId: connection.tenantId, key: budgetKeyOf('clio', connection.connectionId), policy };
    const grant = await this.limiter.acquire({ ...budget, lane, signal, ...(longestWaitMs && { longestWaitMs }) });
    await this.limiter.observe({ ...budget, grant, headers: served });
    return super.readRecords(request);
  }
}

const served = { ...noAnswer, status: 200 };

let engine: EngineHarness;
let worker: WebhookWorker;
beforeAll(async () => {
  engine = await EngineHarness.start();
  const { database } = engine;
  const store = new PostgresBudgetStore(database);
  const limiter = new RateLimiter({ store, clock: () => new Date(), random: () => 0 });
  worker = new WebhookWorker({
    ...{ database, outbox: new Outbox(database), adapter: new Budgeted(limiter), log },
    ...{ clock: () => new Date(), random: () => 0, concurrency: 1, pollMs: 20 },
  });
  worker.start();
});
afterAll(async () => {
  await worker?.stop();
  await engine?.stop();
});

async function announce(connectionId: string, recordId: string): Promise<void> {
  const delivery = {
    source: { tenantId: engine.tenantId, connectionId, sourceId: connectionId },
    deliveryKey: recordId,
    hints: [{ resource: 'contacts', recordId, isDeleted: false }],
  };
  await engine.database.acrossTenants((tx) => keepDeliveries(tx, [delivery], { trailingMs: 0, longestMs: 30_000 }));
}

const waiting = () =>
  engine.query<{ record_id: string; attempts: number }>('select record_id, attempts from dirty_record order by 1');

it('reads what others were told of while the budget of one account is spent, and counts no failure', async () => {
  const [spent, free] = [await engine.aConnection(), await engine.aConnection()];
  await announce(spent, 'spends the budget');
  await eventually(async () => expect(await waiting()).toEqual([]));
  await announce(spent, 'has no room');
  await announce(free, 'has room');
  await eventually(async () => expect(await waiting()).toEqual([{ record_id: 'has no room', attempts: 0 }]));
});
