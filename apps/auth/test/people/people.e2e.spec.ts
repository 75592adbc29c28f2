import {
  messageOf,
  peopleMessages,
  permissionsOf,
  roles,
  systemActor,
  type Actor,
  type Permission,
  type QueryContract,
  type Role,
} from '@firmbridge/contracts';
import { LocalBroker } from '@firmbridge/local-broker';
import { applyTopology, BrokerConnections, QueryClient } from '@firmbridge/messaging';
import { startService, type RunningService } from '@firmbridge/service';
import { createTestDatabase, testNamespace, type TestDatabase } from '@firmbridge/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { CreateSetupLink } from '../../src/application/people/create-setup-link.js';
import { auth } from '../../src/index.js';

const amqpUrl = 'local://broker';
const nilTenantId = '00000000-0000-0000-0000-000000000000';
const startupToken: Actor = { kind: 'key', id: 'startup-token', roles: ['admin'] };
const source = { sourceAddress: '203.0.113.77' };

/** The service as a process would run it, asked over the query exchange like the gateway asks it. */
describe('people over the query exchange', () => {
  const namespace = testNamespace();
  const logged: string[] = [];
  let database: TestDatabase;
  let broker: LocalBroker;
  let service: RunningService;
  let connections: BrokerConnections;
  let queries: QueryClient;

  beforeAll(async () => {
    database = await createTestDatabase({ services: [auth.schema!] });
    broker = await LocalBroker.open({ databaseUrl: database.url });
    await applyTopology({ connect: broker.connect, url: amqpUrl, namespace });
    service = await startService(auth, {
      connect: broker.connect,
      logTo: { write: (line) => void logged.push(line) },
      env: {
        DATABASE_URL: database.url,
        DATABASE_NAMESPACE: database.namespace,
        AMQP_URL: amqpUrl,
        AMQP_NAMESPACE: namespace,
        LOG_LEVEL: 'trace',
        PUBLIC_URL: 'http://127.0.0.1:3001',
        VAULT_KEYS: `test:${randomBytes(32).toString('base64')}`,
      },
    });
    connections = new BrokerConnections({ connect: broker.connect, url: amqpUrl, namespace, service: 'gateway' });
    queries = new QueryClient(connections, () => new Date());
    await connections.open();
  });
  afterAll(async () => {
    await queries.close();
    await connections.close();
    await service.stop();
    await broker.close();
    await database.drop();
  });

  const gateway = { tenantId: nilTenantId, actor: systemActor('gateway'), timeoutMs: 10_000 };
  const ask: QueryClient['ask'] = (contract, data, options) => queries.ask(contract, data, options);

  async function aFirm(password: string) {
    const tenantId = randomUUID();
    const email = `admin@${tenantId}.example`;
    const asOperator = { ...gateway, tenantId, actor: startupToken };
    const { setupToken } = await ask(peopleMessages.createSetupLink, {}, asOperator);
    const answers = { setupToken, password, name: 'Imogen Vale', email, firmName: 'Juniper & Vale LLP' };
    const opened = await ask(peopleMessages.redeemSetup, answers, gateway);
    const actor: Actor = { kind: 'person', id: opened.session.person.personId, roles: ['admin'] };
    return { tenantId, email, setupToken, opened, asAdmin: { ...gateway, tenantId, actor } };
  }

  it('takes a firm from its setup link to a key of its own', async () => {
    const { asAdmin, email, opened, tenantId } = await aFirm('harbour kite 94 lamp');
    const { sessionToken } = await ask(
      peopleMessages.logIn,
      { email, password: 'harbour kite 94 lamp', ...source, previousSessionToken: opened.sessionToken },
      gateway,
    );
    const { session } = await ask(peopleMessages.checkSession, { sessionToken }, gateway);
    expect(session).toMatchObject({ tenantId, firmName: 'Juniper & Vale LLP', person: { email, roles: ['admin'] } });
    const wish = { name: 'Reporting', role: 'viewer', permissions: ['entities.read'], expiresAt: null } as const;
    const { apiKey } = await ask(peopleMessages.createApiKey, { ...wish, permissions: [...wish.permissions] }, asAdmin);
    const { key } = await ask(peopleMessages.checkApiKey, { apiKey }, gateway);
    expect(key).toMatchObject({ tenantId, role: 'viewer', permissions: ['entities.read'] });
    await ask(peopleMessages.logOut, { sessionToken }, gateway);
    expect(await ask(peopleMessages.checkSession, { sessionToken }, gateway)).toEqual({ session: null });
  });

  it('makes a setup link for whoever runs it all in one process', async () => {
    const tenantId = randomUUID();
    const link = await service.app.get(CreateSetupLink).execute({ tenantId, actor: systemActor('standalone') });
    expect(await ask(peopleMessages.getSetup, { setupToken: link.setupToken }, gateway)).toMatchObject({
      kind: 'first_administrator',
    });
  });

  const needed: readonly (readonly [QueryContract, Permission | 'gateway'])[] = [
    [peopleMessages.logIn, 'gateway'],
    [peopleMessages.logOut, 'gateway'],
    [peopleMessages.checkSession, 'gateway'],
    [peopleMessages.checkApiKey, 'gateway'],
    [peopleMessages.getSetup, 'gateway'],
    [peopleMessages.redeemSetup, 'gateway'],
    [peopleMessages.createSetupLink, 'platform.operate'],
    [peopleMessages.listPeople, 'people.read'],
    [peopleMessages.invitePerson, 'people.manage'],
    [peopleMessages.changeRoles, 'people.manage'],
    [peopleMessages.deactivatePerson, 'people.manage'],
    [peopleMessages.changePassword, 'own-account.manage'],
    [peopleMessages.listApiKeys, 'keys.read'],
    [peopleMessages.createApiKey, 'keys.manage'],
    [peopleMessages.revokeApiKey, 'keys.manage'],
  ];

  it('knows who may ask each question', () => {
    const contracts = Object.values(peopleMessages).filter((each) => 'kind' in each);
    expect(needed.map(([{ name }]) => name).sort()).toEqual(contracts.map(({ name }) => name).sort());
  });

  it.each(needed.map(([contract, need]) => [contract.name, need, contract] as const))(
    'lets nobody ask %s without %s',
    async (_name, need, contract) => {
      const tenantId = randomUUID();
      const person = (...held: Role[]): Actor => ({ kind: 'person', id: randomUUID(), roles: held });
      const hasNeed = (role: Role) => (permissionsOf(role) as string[]).includes(need);
      const everybody: readonly { actor: Actor; isAllowed: boolean }[] = [
        ...roles.map((role) => ({ actor: person(role), isAllowed: hasNeed(role) })),
        { actor: person(), isAllowed: false },
        { actor: { ...person('admin'), kind: 'key', permissions: ['runs.read'] }, isAllowed: false },
        { actor: startupToken, isAllowed: need === 'platform.operate' || hasNeed('admin') },
        { actor: systemActor('clio-sync'), isAllowed: need !== 'gateway' },
        { actor: systemActor('gateway'), isAllowed: true },
      ];
      for (const { actor, isAllowed } of everybody) {
        const refusal = await ask(contract, contract.example as never, { ...gateway, tenantId, actor }).then(
          () => 'answered',
          (error: { code?: string }) => error.code,
        );
        expect([actor, refusal === 'access.denied']).toEqual([actor, !isAllowed]);
      }
    },
  );

  it('keeps no secret that anybody typed anywhere, and tells none', async () => {
    const password = `canary-${randomBytes(12).toString('hex')}`;
    const newPassword = `canary-${randomBytes(12).toString('hex')}`;
    const { asAdmin, email, opened, setupToken } = await aFirm(password);
    const keyWish = { name: 'k', role: 'viewer', permissions: null, expiresAt: null } as const;
    const { apiKey } = await ask(peopleMessages.createApiKey, keyWish, asAdmin);
    const invitation = { email: `x@${randomUUID()}.example`, name: 'Theo', roles: ['viewer'] as Role[] };
    const invited = await ask(peopleMessages.invitePerson, invitation, asAdmin);
    await ask(peopleMessages.checkApiKey, { apiKey }, gateway);
    const failures = [
      ask(peopleMessages.logIn, { email: password, password: email, ...source, previousSessionToken: null }, gateway),
      ask(peopleMessages.logIn, { email, password: newPassword, ...source, previousSessionToken: null }, gateway),
      ask(peopleMessages.redeemSetup, { setupToken, password, name: 'X', email, firmName: 'Y' }, gateway),
      ask(
        peopleMessages.changePassword,
        { currentPassword: newPassword, newPassword: password, keepSessionId: null, ...source },
        asAdmin,
      ),
      ask(
        peopleMessages.redeemSetup,
        { setupToken: invited.setupToken, password: password.slice(0, 11), name: 'X', email: null, firmName: null },
        gateway,
      ),
      ask(peopleMessages.getSetup, { setupToken: apiKey }, gateway),
    ].map((work) =>
      work.then(
        () => 'answered',
        (error: Error) => JSON.stringify([messageOf(error), error]),
      ),
    );
    const said = await Promise.all(failures);
    expect(said).not.toContain('answered');
    const change = { currentPassword: password, newPassword, keepSessionId: opened.session.sessionId, ...source };
    await ask(peopleMessages.changePassword, change, asAdmin);

    const told = [password, newPassword, opened.sessionToken, setupToken, invited.setupToken, apiKey.slice(-43)];
    // Bytes of a table show as hexadecimal digits.
    const secrets = told.flatMap((secret) => [secret, Buffer.from(secret).toString('hex')]);
    const metrics = await (await fetch(new URL('/metrics', service.url))).text();
    expect(metrics).toMatch(/firmbridge_passwords_checked_total\{outcome="wrong"\} [1-9]/);
    const places = { tables: await everyRow(), logs: logged.join('\n'), said: said.join('\n'), metrics };
    for (const [place, text] of Object.entries(places)) {
      expect([place, secrets.filter((secret) => text.includes(secret))]).toEqual([place, []]);
    }
  });

  async function everyRow(): Promise<string> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const { rows: tables } = await client.query<{ name: string }>(
        `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
          where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
      );
      expect(tables.length).toBeGreaterThan(10);
      const texts = tables.map(async ({ name }) => {
        const { rows } = await client.query<{ text: string }>(`select t::text as text from ${name} t`);
        return rows.map(({ text }) => text).join('\n');
      });
      return (await Promise.all(texts)).join('\n');
    } finally {
      await client.end();
    }
  }
});
