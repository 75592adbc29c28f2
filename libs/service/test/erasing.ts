import { randomUUID } from 'node:crypto';
import { authMessages } from '@firmbridge/contracts';
import { tenantTablesOf, type Database } from '@firmbridge/database';
import { eventually } from '@firmbridge/testing';
import type { ServiceDefinition } from '../src/index.js';
import { RunningServices } from './running-services.js';

/** The tables of a service that hold rows of a tenant, and how many. */
export function rowsOf(database: Database, tenantId: string): Promise<Record<string, number>> {
  return database.acrossTenants(async (tx) => {
    const found: Record<string, number> = {};
    for (const { name } of await tenantTablesOf(tx)) {
      const [row] = await tx.query<{ count: number }>(
        `select count(*)::int as count from "${name}" where tenant_id = $1`,
        [tenantId],
      );
      if (row && row.count > 0) found[name] = row.count;
    }
    return found;
  });
}

export interface Erasing<Config> {
  readonly definition: ServiceDefinition<Config>;
  /** Gives the service work for a tenant; the tables it fills at least. */
  readonly work: (services: RunningServices, tenantId: string) => Promise<readonly string[]>;
  /** A message of the erased tenant that comes when all is gone. */
  readonly late: (services: RunningServices) => Promise<unknown>;
}

/** What every service owes an erased firm and all others. */
export function erasesFirms<Config>({ definition, work, late }: Erasing<Config>): void {
  describe(`erasing a firm in ${definition.name}`, () => {
    const { schema } = definition;
    if (schema === null) throw new Error(`${definition.name} keeps nothing`);
    const other = randomUUID();
    let services: RunningServices;
    let database: Database;
    let url: string;

    beforeAll(async () => {
      services = await RunningServices.open(randomUUID(), [schema]);
      url = (await services.start(definition)).url;
      database = await services.storageOf(schema);
      for (const tenantId of [services.tenantId, other]) {
        const tables = await work(services, tenantId);
        await eventually(async () =>
          expect(Object.keys(await rowsOf(database, tenantId))).toEqual(expect.arrayContaining([...tables])),
        );
      }
    });
    afterAll(() => services?.stop());

    const erase = async () => {
      const answers = await services.heard(authMessages.tenantErased);
      const erasureId = randomUUID();
      await services.publish(authMessages.tenantErasing, { erasureId }, { from: 'auth' });
      const answer = await eventually(() => answers.find(({ data }) => data.erasureId === erasureId), {
        timeoutMs: 20_000,
      });
      expect(answer).toMatchObject({ tenantId: services.tenantId, source: `firmbridge/${definition.name}` });
      expect(answer.data.remains).toEqual([]);
      return answer.data.rowsDeleted;
    };
    const onlyTheMark = () =>
      eventually(async () => expect(await rowsOf(database, services.tenantId)).toEqual({ erased_tenant: 1 }));

    it('deletes all its rows and leaves those of others', async () => {
      const { outbox_message: _passing, ...before } = await rowsOf(database, other);
      expect(await erase()).toBeGreaterThan(0);
      await onlyTheMark();
      expect(await rowsOf(database, other)).toMatchObject(before);
    });

    it('discards what arrives later', async () => {
      await late(services);
      await eventually(async () => {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        expect(metrics).toMatch(/^firmbridge_inbox_erased_total 1$/m);
      });
      await onlyTheMark();
    });

    it('answers again when it is asked again', async () => {
      expect(await erase()).toBeGreaterThan(0);
      await onlyTheMark();
    });
  });
}
