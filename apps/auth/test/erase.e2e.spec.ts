import { authMessages, peopleMessages, systemActor, type Actor, type Connection } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import { RunningAuth, type TestFirm } from './running-auth.js';

const others = ['clio-sync', 'ghl-sync', 'mapping', 'audit-log'];

describe('erasing a firm', () => {
  let running: RunningAuth;
  const operator: Actor = { kind: 'key', id: 'startup-token', roles: ['admin'] };
  beforeAll(async () => {
    running = await RunningAuth.open();
    await running.start({ SAGA_REPEAT_SECONDS: '2', BACKUP_KEPT_DAYS: '14' });
  });
  afterAll(() => running.close());

  const erase = ({ tenantId }: TestFirm, confirmation: string, erasureId = randomUUID()) =>
    running.send(authMessages.eraseTenant, { erasureId, confirmation }, { tenantId });

  /** As whoever runs the platform sees it: the firm has no people any more. */
  const erasureOf = async ({ tenantId }: TestFirm) => {
    const question = { tenantId: randomUUID(), actor: operator };
    const { erasures } = await running.ask(authMessages.getErasures, { scope: 'platform', limit: 100 }, question);
    return erasures.find((erasure) => erasure.tenantId === tenantId);
  };

  const answer = async ({ tenantId }: TestFirm, services = others) => {
    const { data } = await eventually(() => running.events(authMessages.tenantErasing, tenantId).at(-1));
    for (const service of services) {
      const remains = service === 'mapping' ? [{ what: 'Something of mapping.', until: null }] : [];
      await running.send(authMessages.tenantErased, { ...data, rowsDeleted: 7, remains }, { tenantId, service });
    }
  };

  const rowsOf = async ({ tenantId }: TestFirm) => {
    const tables = await running.sql<{ name: string }>(
      "select table_name as name from information_schema.columns where table_schema = 'auth' and column_name = 'tenant_id'",
    );
    const counts = await Promise.all(
      tables.map(async ({ name }) => {
        const [row] = await running.sql<{ count: number }>(
          `select count(*)::int as count from "${name}" where tenant_id = $1`,
          [tenantId],
        );
        return [name, row?.count ?? 0] as const;
      }),
    );
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  };

  /** A firm with a name, people and all kinds of connections. */
  async function aWholeFirm(): Promise<{ firm: TestFirm; connections: Connection[]; name: string }> {
    const firm = running.aFirm();
    const { tenantId } = firm;
    const connections = [await firm.connect('clio'), await firm.connect('ghl')];
    const name = `Firm of ${tenantId.slice(0, 8)}`;
    const { setupToken } = await running.ask(peopleMessages.createSetupLink, {}, { tenantId, actor: operator });
    const person = {
      email: `admin@${tenantId}.example`,
      name: 'Ada',
      firmName: name,
      password: 'a long and good one 17',
    };
    await running.ask(peopleMessages.redeemSetup, { setupToken, ...person }, { tenantId });
    return { firm, connections, name };
  }

  it('wants the name of the firm, and erases nothing without it', async () => {
    const { firm, name } = await aWholeFirm();
    const before = running.deadLetters('auth.erasures');
    for (const typed of ['', name.toLowerCase(), firm.tenantId]) await erase(firm, typed);
    await eventually(() => expect(running.deadLetters('auth.erasures')).toBe(before + 3));
    expect(await erasureOf(firm)).toBeUndefined();
    expect((await firm.list()).connections).toMatchObject([{ status: 'active' }, { status: 'active' }]);
  });

  it('ends the connections, asks every service, destroys what auth keeps and closes the record, which names what remains', async () => {
    const { firm, connections, name } = await aWholeFirm();
    const { tenantId } = firm;
    const tokens = await Promise.all(connections.map(async (each) => (await firm.token(each)).accessToken));
    await erase(firm, name);
    await eventually(async () =>
      expect(await erasureOf(firm)).toMatchObject({
        state: 'disconnecting',
        connectionsLeft: 2,
        askedAt: null,
        missing: others,
      }),
    );
    expect(running.events(authMessages.tenantErasing, tenantId)).toEqual([]);
    // Nothing of the firm can begin again.
    await expect(firm.allowed('clio')).rejects.toMatchObject({ code: 'tenant.erased' });

    for (const connection of connections) await firm.stopped(connection);
    await eventually(async () =>
      expect(await erasureOf(firm)).toMatchObject({ state: 'erasing', connectionsLeft: 0, askedCount: 1 }),
    );
    for (const [at, connection] of connections.entries())
      expect(await firm.use(connection, tokens[at] ?? '')).toBe(401);

    await answer(firm, others.slice(1));
    await eventually(async () =>
      expect(await erasureOf(firm)).toMatchObject({ state: 'erasing', missing: ['clio-sync'] }),
    );
    // Whoever is silent is asked again; whoever has answered may answer again.
    await eventually(() => expect(running.events(authMessages.tenantErasing, tenantId).length).toBeGreaterThan(1));
    await answer(firm);
    const record = await eventually(async () => {
      const erasure = await erasureOf(firm);
      return erasure?.state === 'done' ? erasure : null;
    });

    expect(record).toMatchObject({ missing: [], connectionsLeft: 0, requestedBy: 'system:gateway' });
    const counts = Object.fromEntries(record.acknowledged.map(({ service, rowsDeleted }) => [service, rowsDeleted]));
    expect(counts).toMatchObject({ 'clio-sync': 7, 'ghl-sync': 7, mapping: 7, 'audit-log': 7 });
    expect(counts['auth']).toBeGreaterThan(5);
    const today = new Date().toISOString().slice(0, 10);
    expect(record.remains.map(({ what }) => what)).toEqual([
      'Something of mapping.',
      `The stream of entity events, day ${today}.`,
      `Backups made before ${record.acknowledged.at(-1)?.at}.`,
    ]);
    const backupsUntil = Date.parse(record.remains.at(-1)?.until ?? '');
    expect(Math.round((backupsUntil - Date.now()) / 86_400_000)).toBe(14);

    expect(await rowsOf(firm)).toEqual({ data_key: 1, erased_tenant: 1, erasure: 1 });
    const keys = await running.sql('select wrapped from data_key where tenant_id = $1', [tenantId]);
    expect(keys).toEqual([{ wrapped: null }]);
    await expect(firm.allowed('clio')).rejects.toMatchObject({ code: 'tenant.erased' });
    await erase(firm, tenantId);
    expect(await rowsOf(firm)).toMatchObject({ erasure: 1 });
  }, 60_000);

  it('leaves other firms alone', async () => {
    const [gone, kept] = [await aWholeFirm(), await aWholeFirm()];
    await erase(gone.firm, gone.name);
    for (const connection of gone.connections) await gone.firm.stopped(connection);
    await answer(gone.firm);
    await eventually(async () => expect(await erasureOf(gone.firm)).toMatchObject({ state: 'done' }));
    for (const connection of kept.connections) {
      expect(await kept.firm.use(connection, (await kept.firm.token(connection)).accessToken)).toBe(200);
    }
  }, 60_000);

  it('goes on after it was broken off between destroying the key and the record', async () => {
    const { firm, connections, name } = await aWholeFirm();
    await erase(firm, name);
    for (const connection of connections) await firm.stopped(connection);
    await eventually(async () => expect(await erasureOf(firm)).toMatchObject({ state: 'erasing' }));
    await running.stopServices();
    // What a crash leaves: everybody has answered, the key is gone, the rows are not.
    await running.sql("update erasure set state = 'closing', missing = '{}' where tenant_id = $1", [firm.tenantId]);
    await running.sql('update data_key set wrapped = null, destroyed_at = now() where tenant_id = $1', [firm.tenantId]);
    await Promise.all([running.start(), running.start()]);
    await eventually(async () => expect(await erasureOf(firm)).toMatchObject({ state: 'done' }));
    expect(await rowsOf(firm)).toEqual({ data_key: 1, erased_tenant: 1, erasure: 1 });
  }, 60_000);

  it('is seen by the firm while it lasts, and over all firms only by whoever runs the platform', async () => {
    const firm = running.aFirm();
    await firm.connect('clio');
    await erase(firm, firm.tenantId);
    const { tenantId } = firm;
    const admin: Actor = { kind: 'person', id: randomUUID(), roles: ['admin'] };
    const ask = (scope: 'tenant' | 'platform', actor: Actor) =>
      running.ask(authMessages.getErasures, { scope, limit: 5 }, { tenantId, actor });
    await eventually(async () => expect((await ask('tenant', admin)).erasures).toMatchObject([{ tenantId }]));
    await expect(ask('platform', admin)).rejects.toMatchObject({ code: 'access.denied' });
    await expect(ask('tenant', { ...admin, roles: ['operator'] })).rejects.toMatchObject({ code: 'access.denied' });
    expect((await ask('platform', systemActor('gateway'))).erasures.length).toBeGreaterThan(2);
  });
});
