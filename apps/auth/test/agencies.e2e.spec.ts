import { authMessages, syncMessages, type Connection } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import { RunningAuth, type TestFirm } from './running-auth.js';

describe('a GoHighLevel agency', () => {
  let running: RunningAuth;
  beforeAll(async () => {
    running = await RunningAuth.open();
    await running.start();
  });
  afterEach(async () => {
    running.sandbox.control.faults.clear();
    running.sandbox.control.ghl.setSwitches({ locationTokenRefreshes: true, returnsState: true });
    // There is one agency, so each test has it for itself.
    await running.sql("update connection set status = 'disconnected' where role = 'agency'");
  });
  afterAll(() => running.close());

  const { listAgencies, listAgencyLocations, connectAgencyLocation } = authMessages;
  const companyId = () => running.sandbox.control.ghl.facts().companyId;
  const agenciesOf = async (firm: TestFirm) => (await running.ask(listAgencies, {}, firm)).agencies;

  async function connectAgency(firm: TestFirm) {
    const answer = await firm.returnTo(await firm.allowed('ghl', {}, companyId()));
    expect(answer).toMatchObject({ status: 200, page: expect.stringContaining('Choose its locations in Firmbridge') });
    return (await agenciesOf(firm))[0]!;
  }

  async function connectLocation(firm: TestFirm): Promise<{ agencyId: string; connection: Connection }> {
    const { agencyId } = await connectAgency(firm);
    const wish = { agencyId, locationId: firm.location.id };
    return { agencyId, connection: await running.ask(connectAgencyLocation, wish, firm) };
  }

  const rows = (id: string) =>
    running.sql<{ generation: number; refreshes: boolean; agency_id: string | null }>(
      'select generation, refresh_token is not null as refreshes, agency_id from credential where connection_id = $1',
      [id],
    );

  const makeDue = (id: string) =>
    running.sql('update credential set refresh_at = clock_timestamp(), retry_at = null where connection_id = $1', [id]);

  it.each([true, false])('is connected as one, and is no account (the state comes back: %s)', async (returnsState) => {
    running.sandbox.control.ghl.setSwitches({ returnsState });
    const firm = running.aFirm();
    const agency = await connectAgency(firm);
    expect(agency).toMatchObject({ companyId: companyId(), status: 'active', connectionIds: [] });
    expect(await firm.list()).toEqual({ connections: [], pairings: [] });
    expect(running.events(authMessages.connectionEstablished, firm.tenantId)).toEqual([]);
    const asToken = { provider: 'ghl', connectionId: agency.agencyId } as Connection;
    await expect(firm.token(asToken)).rejects.toMatchObject({ code: 'connection.not_found' });
  });

  it('shows where it has the app, and which of these are connected', async () => {
    const firm = running.aFirm();
    const { agencyId, connection } = await connectLocation(firm);
    const all = { agencyId, skip: 0, limit: 100 };
    const { locations, total } = await running.ask(listAgencyLocations, all, firm);
    expect(total).toBe(running.sandbox.control.ghl.facts().locations.length);
    const { connectionId } = connection;
    expect(locations.find(({ locationId }) => locationId === firm.location.id)).toEqual({
      ...{ locationId: firm.location.id, name: firm.location.name, connectionId },
    });
    expect((await agenciesOf(firm))[0]).toMatchObject({ connectionIds: [connectionId] });
    const stranger = running.aFirm();
    await expect(running.ask(listAgencyLocations, all, stranger)).rejects.toMatchObject({ code: 'agency.not_found' });
  });

  it.each([true, false])(
    'gives a location tokens of its own, which are renewed (with a refresh token: %s)',
    async (refreshes) => {
      running.sandbox.control.ghl.setSwitches({ locationTokenRefreshes: refreshes });
      const firm = running.aFirm();
      const { agencyId, connection } = await connectLocation(firm);
      expect(connection).toMatchObject({
        accountId: firm.location.id,
        accountName: firm.location.name,
        credential: 'oauth',
      });
      const established = () => running.events(authMessages.connectionEstablished, firm.tenantId);
      await eventually(() => expect(established()).toMatchObject([{ data: connection }]));
      expect(await rows(connection.connectionId)).toEqual([{ generation: 1, refreshes, agency_id: agencyId }]);
      for (const generation of [1, 2]) {
        running.sandbox.control.ghl.expireAccessTokens();
        const { accessToken } = await firm.token(connection, generation);
        expect(await firm.use(connection, accessToken)).toBe(200);
      }
      expect(await rows(connection.connectionId)).toMatchObject([{ generation: 3 }]);
      // Its own refresh token spares the agency's.
      expect(await rows(agencyId)).toMatchObject([{ generation: refreshes ? 1 : 3 }]);
    },
  );

  it('is refreshed by itself, apart from its locations', async () => {
    const firm = running.aFirm();
    const { agencyId, connection } = await connectLocation(firm);
    await makeDue(agencyId);
    await eventually(async () => expect(await rows(agencyId)).toMatchObject([{ generation: 2 }]));
    expect(await rows(connection.connectionId)).toMatchObject([{ generation: 1 }]);
    expect(await running.ask(listAgencyLocations, { agencyId, skip: 0, limit: 1 }, firm)).toBeDefined();
  });

  it('helps a location out whose own refresh token was lost', async () => {
    const firm = running.aFirm();
    const { connection } = await connectLocation(firm);
    const { connectionId } = connection;
    // The answer with the next refresh token never arrives, and the time in which it would be repeated passes.
    const lost = { provider: 'ghl', path: '/oauth/token', times: 1, afterEffect: true } as const;
    running.sandbox.control.faults.add({ ...lost, fault: { kind: 'reset-connection' } });
    await expect(firm.token(connection, 1)).rejects.toMatchObject({ kind: 'unavailable' });
    running.sandbox.control.clock.advance(31_000);
    await running.sql('update credential set retry_at = null where connection_id = $1', [connectionId]);
    const { accessToken, generation } = await firm.token(connection, 1);
    expect(generation).toBe(2);
    expect(await firm.use(connection, accessToken)).toBe(200);
    expect(running.events(authMessages.connectionReauthorizationRequired, firm.tenantId)).toEqual([]);
  });

  it('that is dead is a problem, parks locations only as they need it, and brings them back when it is connected again', async () => {
    const firm = running.aFirm();
    const { agencyId, connection } = await connectLocation(firm);
    const { connectionId } = connection;
    expect(running.sandbox.control.ghl.uninstall(companyId())).toBe(true);
    await makeDue(agencyId);
    await eventually(async () =>
      expect((await agenciesOf(firm))[0]).toMatchObject({ status: 'reauthorization_required' }),
    );
    await eventually(() =>
      expect(running.events(syncMessages.problemRaised, firm.tenantId)).toMatchObject([
        {
          data: {
            code: 'agency.reauthorization_required',
            connectionId: agencyId,
            details: { companyId: companyId() },
          },
        },
      ]),
    );
    await expect(firm.token(connection, 1)).rejects.toMatchObject({ code: 'connection.reauthorization_required' });
    await expect(
      running.ask(connectAgencyLocation, { agencyId, locationId: firm.location.id }, firm),
    ).rejects.toMatchObject({ message: expect.stringContaining('has to be connected again') });

    expect(await connectAgency(firm)).toMatchObject({ agencyId, status: 'active' });
    await eventually(async () =>
      expect((await firm.list()).connections).toMatchObject([{ connectionId, status: 'active' }]),
    );
    const { accessToken } = await firm.token(connection);
    expect(await firm.use(connection, accessToken)).toBe(200);
  });

  it('belongs to one firm, and so does each of its locations', async () => {
    const firm = running.aFirm();
    const { agencyId } = await connectAgency(firm);
    const other = running.aFirm();
    const taken = await other.returnTo(await other.allowed('ghl', {}, companyId()));
    expect(taken).toMatchObject({ status: 409, page: expect.stringContaining('connected by another firm') });
    await other.connect('ghl');
    const wish = { agencyId, locationId: other.location.id };
    await expect(running.ask(connectAgencyLocation, wish, firm)).rejects.toMatchObject({
      code: 'connection.held_elsewhere',
    });
    await expect(running.ask(connectAgencyLocation, { ...wish, locationId: 'nowhere' }, firm)).rejects.toBeDefined();
  });

  it('adds a location although another one waits to be reconnected', async () => {
    const firm = running.aFirm();
    const { agencyId, connection } = await connectLocation(firm);
    await running.sql("update connection set status = 'reauthorization_required' where connection_id = $1", [
      connection.connectionId,
    ]);
    const other = running.sandbox.control.ghl.addLocation();
    const added = await running.ask(connectAgencyLocation, { agencyId, locationId: other.id }, firm);
    expect(added).toMatchObject({ accountId: other.id, status: 'active' });
  });

  it('ends after its locations, and takes the app along', async () => {
    const firm = running.aFirm();
    const { agencyId, connection } = await connectLocation(firm);
    const before = running.deadLetters('auth.disconnections');
    await firm.disconnect(agencyId);
    await eventually(() => expect(running.deadLetters('auth.disconnections')).toBe(before + 1));
    await firm.disconnect(connection.connectionId);
    await firm.stopped(connection);
    await eventually(async () =>
      expect(await firm.disconnection(connection.connectionId)).toMatchObject({ state: 'done', revocation: 'revoked' }),
    );
    await firm.disconnect(agencyId);
    await eventually(async () =>
      expect(await firm.disconnection(agencyId)).toMatchObject({ state: 'done', revocation: 'revoked', askedCount: 0 }),
    );
    expect(await agenciesOf(firm)).toEqual([]);
    expect(running.events(authMessages.connectionDisconnected, firm.tenantId)).toHaveLength(1);
  });

  it('ends with the firm', async () => {
    const firm = running.aFirm();
    const { tenantId } = firm;
    const { agencyId, connection } = await connectLocation(firm);
    await running.send(authMessages.eraseTenant, { erasureId: randomUUID(), confirmation: tenantId }, { tenantId });
    await firm.stopped(connection);
    await eventually(() => expect(running.events(authMessages.tenantErasing, tenantId).length).toBeGreaterThan(0));
    expect(await firm.disconnection(agencyId)).toMatchObject({ state: 'done', revocation: 'revoked' });
  });

  it('cannot be connected by an app without the scopes for it, which says what to do instead', async () => {
    await running.stopServices();
    await running.start({ GHL_AGENCY_SCOPES: 'false' });
    const firm = running.aFirm();
    const answer = await firm.returnTo(await firm.allowed('ghl', {}, companyId()));
    expect(answer).toMatchObject({ status: 403, page: expect.stringContaining('choose one sub-account') });
    // And such an app cannot take itself away from a location.
    const connection = await firm.connect('ghl');
    await firm.disconnect(connection.connectionId);
    await firm.stopped(connection);
    await eventually(async () =>
      expect(await firm.disconnection(connection.connectionId)).toMatchObject({
        ...{ state: 'done', revocation: 'kept' },
        revocationReason: expect.stringContaining('not authorized for this scope'),
      }),
    );
  });
});
