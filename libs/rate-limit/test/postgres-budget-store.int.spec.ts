import { type Database, schemaDrift, type ServiceSchema } from '@firmbridge/database';
import { createTestDatabase, type TestDatabase } from '@firmbridge/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BudgetRequest, PostgresBudgetStore, rateLimitEntities, rateLimitMigrations } from '../src/index.js';
import { aBudget, anObservation, itKeepsBudgets, takeAll } from './store-suite.js';

const schema: ServiceSchema = {
  service: 'clio-sync',
  entities: rateLimitEntities,
  migrations: rateLimitMigrations,
};

describe('PostgresBudgetStore', () => {
  let server: TestDatabase;
  let database: Database;
  let otherDatabase: Database;
  let store: PostgresBudgetStore;

  beforeAll(async () => {
    server = await createTestDatabase({ services: [schema] });
    database = await server.connect(schema, { poolMax: 5 });
    otherDatabase = await server.connect(schema, { poolMax: 5 });
    store = new PostgresBudgetStore(database);
  });

  afterAll(() => server?.drop());

  itKeepsBudgets(() => ({ store, pass: async (milliseconds) => void (await sleep(milliseconds)) }));

  it('describes its table to the object-relational mapper as it is', async () => {
    const statements = (await schemaDrift(database)).split(';\n');
    expect(statements.filter((statement) => /\btable\b|\bindex\b/i.test(statement))).toEqual([]);
  });

  it('never lets more than the limit into any sliding window, with 16 hungry callers on 2 pools of connections', async () => {
    const windows = [
      { limit: 40, seconds: 1 },
      { limit: 90, seconds: 4 },
    ];
    const budget = aBudget({ windows });
    await store.observe(budget, anObservation());
    const stores = [store, new PostgresBudgetStore(otherDatabase)];
    const until = Date.now() + 5_000;
    const callers = Array.from({ length: 16 }, (_, caller) => hungryCaller(stores[caller % 2] ?? store, budget, until));
    const grants = (await Promise.all(callers)).flat().sort((one, other) => one - other);
    expect(grants.length).toBeGreaterThan(90);
    for (const { limit, seconds } of windows) expect(mostGrantedIn(grants, seconds * 1_000)).toBeLessThanOrEqual(limit);
  });

  it('lets one replica make the first call while the others wait', async () => {
    const budget = aBudget();
    const stores = [store, new PostgresBudgetStore(otherDatabase)];
    const taken = await Promise.all(stores.map((one) => takeAll(one, budget)));
    expect(taken.map((each) => each.taken).sort()).toEqual([0, 1]);
  });

  it('shares what one replica has learned with the others', async () => {
    const budget = aBudget();
    await store.observe(budget, anObservation({ pauseMs: 60_000 }));
    const other = new PostgresBudgetStore(otherDatabase);
    expect((await takeAll(other, budget)).retryAfterMs).toBeGreaterThan(50_000);
  });

  it('does not give a token back when the caller rolls back', async () => {
    const budget = aBudget({ windows: [{ limit: 2, seconds: 60 }] });
    await store.observe(budget, anObservation());
    const failing = database.inTenant(budget.tenantId, async () => {
      await store.reserve({ ...budget, lane: 'interactive', wanted: 1 });
      throw new Error('the business transaction failed');
    });
    await expect(failing).rejects.toThrow('the business transaction failed');
    expect((await takeAll(store, budget)).taken).toBe(0);
  });
});

async function hungryCaller(store: PostgresBudgetStore, budget: BudgetRequest, until: number): Promise<number[]> {
  const grants: number[] = [];
  while (Date.now() < until) {
    const { granted, grant, retryAfterMs } = await store.reserve({ ...budget, lane: 'interactive', wanted: 2 });
    for (let call = 0; call < granted; call++) {
      grants.push(grant);
      await store.observe(budget, anObservation({ grant }));
    }
    if (granted === 0) await sleep(Math.min(retryAfterMs, 50));
  }
  return grants;
}

function mostGrantedIn(grants: readonly number[], windowMs: number): number {
  let from = 0;
  return grants.reduce((most, at, index) => {
    while ((grants[from] ?? at) <= at - windowMs) from++;
    return Math.max(most, index - from + 1);
  }, 0);
}
