import { authMessages, systemActor, type Actor } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { RunningAuth } from './running-auth.js';

const aKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

describe('auth as a process', () => {
  let running: RunningAuth;
  const operator: Actor = { kind: 'key', id: 'startup-token', roles: ['admin'] };
  beforeAll(async () => {
    running = await RunningAuth.open();
  });
  afterEach(async () => {
    running.sandbox.control.faults.clear();
    await running.stopServices();
  });
  afterAll(() => running.close());

  const generationOf = async (connectionId: string) => {
    const [row] = await running.sql<{ generation: number }>(
      'select generation from credential where connection_id = $1',
      [connectionId],
    );
    return row?.generation;
  };
  const makeDue = (connectionId: string) =>
    running.sql('update credential set refresh_at = clock_timestamp() where connection_id = $1', [connectionId]);

  it('refreshes tokens that are due without being asked, and counts how that ended', async () => {
    const service = await running.start();
    const firm = running.aFirm();
    const [clio, ghl] = [await firm.connect('clio'), await firm.connect('ghl')];
    for (const { connectionId } of [clio, ghl]) await makeDue(connectionId);
    for (const { connectionId } of [clio, ghl]) {
      await eventually(async () => expect(await generationOf(connectionId)).toBe(2), { timeoutMs: 15_000 });
    }
    running.sandbox.control.clio.revokeTokens();
    await makeDue(clio.connectionId);
    await eventually(
      async () => expect((await firm.list()).connections[0]).toMatchObject({ status: 'reauthorization_required' }),
      { timeoutMs: 15_000 },
    );
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('firmbridge_token_refresh_total{provider="clio",result="refreshed"} 1');
    expect(metrics).toContain('firmbridge_token_refresh_total{provider="ghl",result="refreshed"} 1');
    expect(metrics).toContain('firmbridge_token_refresh_total{provider="clio",result="dead"} 1');
    expect(metrics).toContain('firmbridge_token_refresh_total{provider="ghl",result="recovered"} 0');
  }, 60_000);

  it('brings back a GoHighLevel token whose successor was lost on the way, without a person', async () => {
    await running.start();
    const firm = running.aFirm();
    const connection = await firm.connect('ghl');
    const lost = { provider: 'ghl', path: '/oauth/token', times: 1, afterEffect: true } as const;
    running.sandbox.control.faults.add({ ...lost, fault: { kind: 'truncated-body' } });
    await expect(firm.token(connection, 1)).rejects.toMatchObject({ kind: 'unavailable' });
    running.sandbox.control.clock.advance(31_000);
    await running.sql('update credential set retry_at = null where connection_id = $1', [connection.connectionId]);
    const { accessToken, generation } = await firm.token(connection, 1);
    expect(generation).toBe(2);
    expect(await firm.use(connection, accessToken)).toBe(200);
    // What was brought back is renewed like any other.
    const next = await firm.token(connection, 2);
    expect(await firm.use(connection, next.accessToken)).toBe(200);
  });

  it('goes on trying while a location is suspended, and keeps its grant', async () => {
    await running.start();
    const firm = running.aFirm();
    const connection = await firm.connect('ghl');
    running.sandbox.control.ghl.setLocation(firm.location.id, { suspended: true });
    await expect(firm.token(connection, 1)).rejects.toMatchObject({
      ...{ kind: 'unavailable', message: 'The sub-account is suspended at GoHighLevel.' },
    });
    running.sandbox.control.ghl.setLocation(firm.location.id, { suspended: false });
    await running.sql('update credential set retry_at = null where connection_id = $1', [connection.connectionId]);
    expect(await firm.token(connection, 1)).toMatchObject({ generation: 2 });
  });

  it('keeps the token that is on its way when it stops', async () => {
    await running.start();
    const firm = running.aFirm();
    const { connectionId } = await firm.connect('ghl');
    running.sandbox.control.faults.add({
      provider: 'ghl',
      path: '/oauth/token',
      fault: { kind: 'latency', ms: 1_000 },
    });
    await makeDue(connectionId);
    await eventually(
      async () => {
        const [row] = await running.sql('select lease_owner from credential where connection_id = $1', [connectionId]);
        expect(row?.['lease_owner']).not.toBeNull();
      },
      { timeoutMs: 15_000 },
    );
    await running.stopServices();
    expect(await generationOf(connectionId)).toBe(2);
  }, 30_000);

  it('does not start with another key under the name of the one in use, nor without the old one', async () => {
    await running.start();
    await running.aFirm().connect('clio');
    await running.stopServices();
    await expect(running.start({ VAULT_KEYS: aKey('test') })).rejects.toMatchObject({ code: 'vault.wrong_key' });
    await expect(running.start({ VAULT_KEYS: aKey('next') })).rejects.toMatchObject({ code: 'vault.unknown_key' });
    await expect(running.start({ VAULT_KEYS: 'test' })).rejects.toMatchObject({ code: 'vault.bad_keyring' });
    await expect(running.start({ VAULT_KEYS: '' })).rejects.toMatchObject({ code: 'environment.invalid' });
    expect(running.logged.join('\n')).not.toContain(running.vaultKeys.slice(5));
  });

  it('rotates its keys while it runs, step by step, for whoever runs the platform', async () => {
    const next = aKey('next');
    await running.start();
    const firms = [running.aFirm(), running.aFirm(), running.aFirm()];
    const connections = await Promise.all(firms.map((firm) => firm.connect('ghl')));
    await running.stopServices();
    // First all replicas learn the key, then it becomes the current one.
    const behind = await running.start({ VAULT_KEYS: `${running.vaultKeys},${next}` });
    await running.start({ VAULT_KEYS: `${next},${running.vaultKeys}` });
    const step = (actor: Actor, keyId: string | null) =>
      running.ask(authMessages.rotateKeys, { keyId, limit: 2 }, { tenantId: randomUUID(), actor });
    await expect(step({ kind: 'person', id: randomUUID(), roles: ['admin'] }, null)).rejects.toMatchObject({
      code: 'access.denied',
    });
    // As long as one replica has it behind, it refuses instead of turning back what the other does.
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => step(operator, 'next')));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['fulfilled', 'rejected']));
    await behind.stop();
    // How many of the eight came to the replica that could is chance: all steps together did it, none of them everything.
    const left = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.left] : []));
    do left.push((await step(operator, 'next')).left);
    while (left.at(-1) !== 0);
    expect(Math.max(...left)).toBeGreaterThan(0);
    for (const [at, firm] of firms.entries()) {
      expect(await firm.use(connections[at]!, (await firm.token(connections[at]!)).accessToken)).toBe(200);
    }
    await running.stopServices();
    running.vaultKeys = next;
    await running.start();
    expect(await firms[0]!.token(connections[0]!)).toBeDefined();
  }, 60_000);

  it('asks what each message needs of everybody but the parts of the system', async () => {
    await running.start();
    const tenantId = randomUUID();
    const viewer: Actor = { kind: 'person', id: randomUUID(), roles: ['viewer'] };
    const admin: Actor = { ...viewer, roles: ['admin'] };
    const ask = (actor: Actor) => ({ tenantId, actor });
    const app = { provider: 'clio', region: 'eu', clientId: 'a', clientSecret: 'b', versionId: null } as const;
    const denied = { code: 'access.denied' };
    await expect(running.ask(authMessages.listProviderApps, {}, ask(viewer))).rejects.toMatchObject(denied);
    await expect(running.ask(authMessages.listProviderApps, {}, ask(admin))).resolves.toBeDefined();
    await expect(
      running.ask(authMessages.setProviderApp, { ...app, givesUpConnections: false }, ask(admin)),
    ).rejects.toMatchObject(denied);
    await expect(
      running.ask(
        authMessages.getAccessToken,
        { connectionId: tenantId, rejectedGeneration: null },
        ask(systemActor('gateway')),
      ),
    ).rejects.toMatchObject(denied);
    await expect(running.ask(authMessages.listAgencies, {}, ask(viewer))).resolves.toEqual({ agencies: [] });
  });
});
