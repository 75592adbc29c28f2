import { authMessages, syncMessages, systemActor } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { RunningAuth } from './running-auth.js';

describe('disconnecting an account', () => {
  let running: RunningAuth;
  beforeAll(async () => {
    running = await RunningAuth.open();
    await running.start({ SAGA_REPEAT_SECONDS: '2' });
  });
  afterEach(() => {
    running.sandbox.control.faults.clear();
    running.sandbox.control.clio.setSwitches({ deauthorizeEndsGrant: true });
    running.sandbox.control.ghl.setSwitches({ uninstallNeedsReason: false });
  });
  afterAll(() => running.close());

  const isDone = { state: 'done', finishedAt: expect.any(String) };
  const problemsOf = (tenantId: string) => running.events(syncMessages.problemRaised, tenantId).map(({ data }) => data);

  it('first lets the sync service stop, by a token that still works, and only then revokes and destroys it', async () => {
    const firm = running.aFirm();
    const connection = await firm.connect('clio');
    const { connectionId } = connection;
    await firm.disconnect(connectionId);
    await eventually(async () =>
      expect(await firm.disconnection(connectionId)).toMatchObject({ missing: ['clio-sync'] }),
    );
    const { accessToken } = await firm.token(connection);
    expect(await firm.use(connection, accessToken)).toBe(200);
    expect((await firm.list()).connections).toHaveLength(1);

    await firm.stopped(connection);
    await eventually(async () => expect(await firm.disconnection(connectionId)).toMatchObject(isDone));
    expect(await firm.disconnection(connectionId)).toMatchObject({
      ...{ state: 'done', revocation: 'revoked', revocationReason: null, revocationAttempts: 1, missing: [] },
      ...{ accountName: connection.accountName, provider: 'clio', requestedBy: 'system:gateway' },
    });
    expect(await firm.use(connection, accessToken)).toBe(401);
    expect(await firm.list()).toEqual({ connections: [], pairings: [] });
    expect(await running.sql('select from credential where connection_id = $1', [connectionId])).toEqual([]);
    await eventually(() =>
      expect(running.events(authMessages.connectionDisconnected, firm.tenantId)).toMatchObject([
        { data: { connectionId } },
      ]),
    );
    await expect(firm.token(connection)).rejects.toMatchObject({ code: 'connection.disconnected' });
  });

  it('says so when Clio goes on accepting the refresh token', async () => {
    running.sandbox.control.clio.setSwitches({ deauthorizeEndsGrant: false });
    const firm = running.aFirm();
    const connection = await firm.connect('clio');
    const { accessToken } = await firm.token(connection);
    await firm.disconnect(connection.connectionId);
    await firm.stopped(connection);
    const ended = await eventually(async () => {
      const saga = await firm.disconnection(connection.connectionId);
      expect(saga).toMatchObject(isDone);
      return saga;
    });
    expect(ended).toMatchObject({
      revocation: 'kept',
      revocationReason: expect.stringMatching(/refresh token.*Our copy is destroyed.*in Clio/),
    });
    expect(await firm.use(connection, accessToken)).toBe(401);
    await eventually(() => expect(problemsOf(firm.tenantId)).toMatchObject([{ code: 'disconnection.not_revoked' }]));
  });

  it.each([false, true])(
    'uninstalls the app from a GoHighLevel location that wants a reason: %s',
    async (uninstallNeedsReason) => {
      running.sandbox.control.ghl.setSwitches({ uninstallNeedsReason });
      const firm = running.aFirm();
      const connection = await firm.connect('ghl');
      const { accessToken } = await firm.token(connection);
      await firm.disconnect(connection.connectionId);
      await firm.stopped(connection);
      await eventually(async () =>
        expect(await firm.disconnection(connection.connectionId)).toMatchObject({ ...isDone, revocation: 'revoked' }),
      );
      expect(await firm.use(connection, accessToken)).toBe(401);
    },
  );

  it('leaves a private token to a person, and destroys its copy', async () => {
    const firm = running.aFirm();
    const { id: locationId, privateToken: token } = firm.location;
    const connection = await running.ask(authMessages.addPrivateToken, { provider: 'ghl', locationId, token }, firm);
    await firm.disconnect(connection.connectionId);
    await firm.stopped(connection);
    await eventually(async () =>
      expect(await firm.disconnection(connection.connectionId)).toMatchObject({
        ...isDone,
        revocation: 'kept',
        revocationReason: expect.stringContaining('can only be deleted by hand'),
      }),
    );
    expect(await running.sql('select from credential where connection_id = $1', [connection.connectionId])).toEqual([]);
  });

  it('renews an access token that is over to revoke its grant by it', async () => {
    const firm = running.aFirm();
    const connection = await firm.connect('clio');
    running.sandbox.control.clio.expireAccessTokens();
    await firm.disconnect(connection.connectionId);
    await firm.stopped(connection);
    await eventually(async () =>
      expect(await firm.disconnection(connection.connectionId)).toMatchObject({ ...isDone, revocation: 'revoked' }),
    );
  });

  it('has nothing to revoke when the firm has removed the app', async () => {
    const firm = running.aFirm();
    const connection = await firm.connect('clio');
    running.sandbox.control.clio.revokeTokens();
    await firm.disconnect(connection.connectionId);
    await firm.stopped(connection);
    await eventually(async () =>
      expect(await firm.disconnection(connection.connectionId)).toMatchObject({ ...isDone, revocation: 'dead' }),
    );
    expect(problemsOf(firm.tenantId)).toEqual([]);
    expect(running.events(authMessages.connectionReauthorizationRequired, firm.tenantId)).toEqual([]);
  });

  it('asks a provider that is away again, and ends without it when it stays away', async () => {
    const firm = running.aFirm();
    const connection = await firm.connect('clio');
    const { connectionId } = connection;
    const answerWith = (status: number) => {
      running.sandbox.control.faults.clear();
      running.sandbox.control.faults.add({
        provider: 'clio',
        path: '*/oauth/deauthorize',
        fault: { kind: 'status', status },
      });
    };
    answerWith(503);
    await firm.disconnect(connectionId);
    await firm.stopped(connection);
    await eventually(async () =>
      expect(await firm.disconnection(connectionId)).toMatchObject({
        ...{ state: 'revoking', revocationAttempts: 1, revocationReason: 'Clio answered with 503.', finishedAt: null },
      }),
    );
    // Nobody works with it any more, and its token is not refreshed either.
    await expect(firm.token(connection)).rejects.toMatchObject({ code: 'connection.disconnected' });

    const again = () =>
      running.sql('update disconnection set retry_at = clock_timestamp() where connection_id = $1', [connectionId]);
    // The attempt counts when it starts; its answer, with the pause after it, is kept when it is over.
    answerWith(502);
    await again();
    await eventually(async () =>
      expect(await firm.disconnection(connectionId)).toMatchObject({
        ...{ revocationAttempts: 2, revocationReason: 'Clio answered with 502.' },
      }),
    );
    await running.sql('update disconnection set revocation_attempts = 7 where connection_id = $1', [connectionId]);
    await again();
    await eventually(async () =>
      expect(await firm.disconnection(connectionId)).toMatchObject({
        ...{ ...isDone, revocation: 'kept', revocationAttempts: 8 },
        revocationReason: expect.stringContaining('Clio answered with 502. Our copy is destroyed.'),
      }),
    );
    expect(await running.sql('select from credential where connection_id = $1', [connectionId])).toEqual([]);
  });

  it('asks a silent sync service again, says who is missing, and takes nobody else for it', async () => {
    const firm = running.aFirm();
    const connection = await firm.connect('clio');
    await firm.disconnect(connection.connectionId);
    await firm.stopped(connection, 'ghl-sync');
    const told = () => running.events(authMessages.connectionStopping, firm.tenantId);
    await eventually(() => expect(told().length).toBeGreaterThanOrEqual(2), { timeoutMs: 20_000 });
    const saga = await firm.disconnection(connection.connectionId);
    expect(saga).toMatchObject({ state: 'stopping', missing: ['clio-sync'], requestedAt: expect.any(String) });
    expect(saga.askedCount).toBeGreaterThanOrEqual(2);
    expect(new Set(told().map(({ id }) => id)).size).toBe(told().length);
    expect(new Set(told().map(({ data }) => data.disconnectionId))).toEqual(new Set([saga.disconnectionId]));
    expect(new Set(told().map(({ correlationId }) => correlationId)).size).toBe(1);
    await firm.stopped(connection);
    await eventually(async () => expect(await firm.disconnection(connection.connectionId)).toMatchObject(isDone));
  }, 40_000);

  it('becomes a problem when nobody answers for long', async () => {
    const firm = running.aFirm();
    const connection = await firm.connect('clio');
    await firm.disconnect(connection.connectionId);
    await eventually(async () =>
      expect(await firm.disconnection(connection.connectionId)).toMatchObject({ askedCount: 1 }),
    );
    await running.sql('update disconnection set asked_count = 4 where connection_id = $1', [connection.connectionId]);
    await eventually(
      () =>
        expect(problemsOf(firm.tenantId)).toMatchObject([
          { code: 'disconnection.unanswered', message: expect.stringContaining('clio-sync has not confirmed') },
        ]),
      { timeoutMs: 20_000 },
    );
  }, 40_000);

  it('happens once, however often it is asked for and answered', async () => {
    const firm = running.aFirm();
    const connection = await firm.connect('clio');
    await Promise.all([1, 2, 3].map(() => firm.disconnect(connection.connectionId)));
    await Promise.all([1, 2].map(() => firm.stopped(connection)));
    await eventually(async () => expect(await firm.disconnection(connection.connectionId)).toMatchObject(isDone));
    await firm.disconnect(connection.connectionId);
    await firm.stopped(connection);
    const { disconnections } = await running.ask(
      authMessages.getDisconnections,
      { connectionId: null, limit: 10 },
      firm,
    );
    expect(disconnections).toHaveLength(1);
    expect(running.events(authMessages.connectionDisconnected, firm.tenantId)).toHaveLength(1);
  });

  it('lets nobody connect the account while it ends, and brings it back under its id afterwards', async () => {
    const firm = running.aFirm();
    const connection = await firm.connect('clio');
    const { connectionId } = connection;
    await firm.disconnect(connectionId);
    await eventually(async () => expect(await firm.disconnection(connectionId)).toBeDefined());
    expect(await firm.returnTo(await firm.allowed('clio'))).toMatchObject({
      status: 409,
      page: expect.stringContaining('is being disconnected'),
    });
    await expect(firm.allowed('clio', { connectionId })).rejects.toMatchObject({ code: 'connection.disconnecting' });
    await firm.stopped(connection);
    await eventually(async () => expect(await firm.disconnection(connectionId)).toMatchObject(isDone));

    const again = await firm.connect('clio');
    expect(again).toMatchObject({ connectionId, status: 'active' });
    expect(await firm.use(again, (await firm.token(again)).accessToken)).toBe(200);
  });

  it('gives the account free for another firm', async () => {
    const firm = running.aFirm();
    const connection = await firm.connect('ghl');
    await firm.disconnect(connection.connectionId);
    await firm.stopped(connection);
    await eventually(async () => expect(await firm.disconnection(connection.connectionId)).toMatchObject(isDone));
    const other = running.aFirm();
    const taken = await other.returnTo(await other.allowed('ghl', {}, firm.location.id));
    expect(taken).toMatchObject({ status: 200 });
    expect((await other.list()).connections[0]?.connectionId).not.toBe(connection.connectionId);
    expect(await firm.returnTo(await firm.allowed('ghl'))).toMatchObject({ status: 409 });
  });

  it('of an unknown connection, or by somebody who may not, ends among the dead letters', async () => {
    const firm = running.aFirm();
    const connection = await firm.connect('clio');
    const actor = { kind: 'person', id: firm.tenantId, roles: ['operator'] } as const;
    const { tenantId } = firm;
    const { connectionId } = connection;
    await running.send(authMessages.disconnectConnection, { connectionId }, { tenantId, actor });
    await running.send(authMessages.disconnectConnection, { connectionId: firm.tenantId }, { tenantId });
    await running.send(
      authMessages.disconnectConnection,
      { connectionId },
      { tenantId: connectionId, actor: systemActor('gateway') },
    );
    await eventually(() => expect(running.deadLetters('auth.disconnections')).toBe(3));
    expect(await firm.list()).toMatchObject({ connections: [{ connectionId, status: 'active' }] });
  });
});
