import { authMessages, peopleMessages, type Actor } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { Vault } from '@firmbridge/vault';
import { randomUUID } from 'node:crypto';
import { auth } from '../src/index.js';
import { RunningAuth } from './running-auth.js';

/** Every secret that passes through auth is searched for wherever something is kept, told or logged. */
describe('a secret', () => {
  let running: RunningAuth;
  const operator: Actor = { kind: 'key', id: 'startup-token', roles: ['admin'] };
  const appSecret = `canary-app-secret-${randomUUID()}`;
  beforeAll(async () => {
    running = await RunningAuth.open();
    await running.start({ LOG_LEVEL: 'trace' });
  });
  afterAll(() => running.close());

  /** The tokens as they are, out of the sealed columns. */
  async function storedTokens(): Promise<string[]> {
    const database = await running.database.connect(auth.schema!);
    const vault = new Vault({ database, keyring: running.vaultKeys });
    const rows = await running.sql<Record<string, string | null>>(
      'select tenant_id, connection_id, access_token, refresh_token, previous_refresh_token from credential',
    );
    const columns = ['access_token', 'refresh_token', 'previous_refresh_token'] as const;
    const sealed = rows.flatMap((row) => columns.map((column) => ({ row, column })));
    const opened = sealed.map(async ({ row, column }) => {
      const text = row[column];
      const place = { table: 'credential', column, row: String(row['connection_id']) };
      return text ? await vault.open(String(row['tenant_id']), place, text) : '';
    });
    return (await Promise.all(opened)).filter((text) => text !== '');
  }

  /** Passwords, right and wrong, in every field that takes one or in which somebody may type one by mistake. */
  async function usePasswords(tenantId: string, secrets: Set<string>): Promise<unknown[]> {
    const { createSetupLink, getSetup, redeemSetup, logIn, changePassword, checkSession } = peopleMessages;
    const { createApiKey, checkApiKey, invitePerson } = peopleMessages;
    const [password, wrong, next] = ['right', 'wrong', 'next'].map((word) => `canary ${word} ${randomUUID()}`);
    for (const each of [password!, wrong!, next!]) secrets.add(each);
    const answers: unknown[] = [];
    const attempt = async (asking: Promise<unknown>) =>
      void answers.push(await asking.catch((error: unknown) => error));
    const gateway = { tenantId };
    const { setupToken } = await running.ask(createSetupLink, {}, { tenantId, actor: operator });
    const who = { name: 'Ada Hale', email: `ada-${randomUUID()}@hale.example`, firmName: 'Hale & Partners' };
    answers.push(await running.ask(getSetup, { setupToken }, gateway));
    await attempt(running.ask(redeemSetup, { setupToken: wrong!, password: wrong!, ...who }, gateway));
    const { sessionToken, session } = await running.ask(
      redeemSetup,
      { setupToken, password: password!, ...who },
      gateway,
    );
    const from = { sourceAddress: '203.0.113.9', previousSessionToken: null };
    for (const [email, given] of [
      [who.email, wrong!],
      [wrong!, password!],
      [password!, password!],
    ] as const) {
      await attempt(running.ask(logIn, { email, password: given, ...from }, gateway));
    }
    const again = await running.ask(logIn, { email: who.email, password: password!, ...from }, gateway);
    const actor: Actor = { kind: 'person', id: session.person.personId, roles: ['admin'] };
    const change = { newPassword: next!, keepSessionId: null, sourceAddress: '203.0.113.9' };
    await attempt(running.ask(changePassword, { currentPassword: wrong!, ...change }, { tenantId, actor }));
    await attempt(running.ask(changePassword, { currentPassword: password!, ...change }, { tenantId, actor }));
    const newKey = { name: 'Reports', role: 'viewer', permissions: null, expiresAt: null } as const;
    const { apiKey } = await running.ask(createApiKey, newKey, { tenantId, actor });
    await attempt(running.ask(checkApiKey, { apiKey }, gateway));
    await attempt(running.ask(checkApiKey, { apiKey: `${apiKey.slice(0, -4)}0000` }, gateway));
    await attempt(running.ask(checkSession, { sessionToken, countsAsUse: true }, gateway));
    const colleague = { email: `theo-${randomUUID()}@hale.example`, name: 'Theo Marsh', roles: ['viewer' as const] };
    const invited = await running.ask(invitePerson, colleague, { tenantId, actor });
    for (const told of [setupToken, sessionToken, again.sessionToken, apiKey, invited.setupToken]) secrets.add(told);
    return answers;
  }

  it('stands nowhere in the clear: no table, log, event, metric, answer or dead letter', async () => {
    const secrets = new Set<string>([appSecret, running.vaultKeys.slice(5), running.nonce]);
    const answers: unknown[] = [];
    const firm = running.aFirm();
    const { tenantId } = firm;

    // Everything that handles a secret, also in the ways that fail.
    answers.push(...(await usePasswords(tenantId, secrets)));
    const app = {
      provider: 'clio',
      region: 'eu',
      clientId: 'eu-app',
      clientSecret: appSecret,
      versionId: null,
    } as const;
    const runner = { tenantId, actor: operator };
    answers.push(await running.ask(authMessages.setProviderApp, { ...app, givesUpConnections: false }, runner));
    answers.push(await running.ask(authMessages.listProviderApps, {}, runner));
    for (const wrong of [
      { ...app, region: 'global' as const },
      { ...app, region: 'us' as const },
    ]) {
      const set = running.ask(authMessages.setProviderApp, { ...wrong, givesUpConnections: false }, runner);
      answers.push(await set.catch((error: unknown) => error));
    }
    for (const provider of ['clio', 'ghl'] as const) {
      const callback = await firm.allowed(provider);
      for (const value of new URL(callback).searchParams.values()) secrets.add(value);
      answers.push((await fetch(callback)).headers, await firm.returnTo(callback), await firm.returnTo(callback));
      const { connections } = await firm.list();
      const connection = connections.find((each) => each.provider === provider)!;
      for (const generation of [null, 1, 2]) secrets.add((await firm.token(connection, generation)).accessToken);
    }
    const canary = `pit-canary-${randomUUID()}`;
    secrets.add(canary).add(firm.location.privateToken);
    const addToken = (token: string) =>
      running.ask(authMessages.addPrivateToken, { provider: 'ghl', locationId: firm.location.id, token }, firm);
    answers.push(await addToken(canary).catch((error: unknown) => error));
    for (const token of await storedTokens()) secrets.add(token);

    const [clio] = (await firm.list()).connections;
    running.sandbox.control.clio.revokeTokens();
    answers.push(await firm.token(clio!, 3).catch((error: unknown) => error));
    const other = running.aFirm();
    const byToken = { provider: 'ghl', locationId: other.location.id, token: other.location.privateToken } as const;
    secrets.add(byToken.token);
    const connection = await running.ask(authMessages.addPrivateToken, byToken, other);
    await other.disconnect(connection.connectionId);
    await other.stopped(connection);
    await eventually(async () =>
      expect(await other.disconnection(connection.connectionId)).toMatchObject({ state: 'done' }),
    );
    // A message that nobody can handle, with a secret where none belongs.
    await running.send(authMessages.disconnectConnection, { connectionId: randomUUID() }, { tenantId });
    await eventually(() => expect(running.deadLetters('auth.disconnections')).toBe(1));

    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    const everywhere = {
      tables: await running.everything(),
      broker: await running.brokerJournal(),
      logs: running.logged.join('\n'),
      events: JSON.stringify(running.allEvents()),
      answers: JSON.stringify(answers, (_, value: unknown) => (value instanceof Error ? errorText(value) : value)),
      metrics,
    };
    const found = Object.entries(everywhere).flatMap(([place, text]) =>
      [...secrets].filter((secret) => text.includes(secret)).map((secret) => `${secret.slice(0, 24)} in ${place}`),
    );
    expect(found).toEqual([]);
    expect(secrets.size).toBeGreaterThanOrEqual(23);
    for (const text of Object.values(everywhere)) expect(text.length).toBeGreaterThan(100);
  }, 60_000);
});

function errorText(error: Error): string {
  return JSON.stringify({ ...error, message: error.message, stack: error.stack, cause: String(error.cause) });
}
