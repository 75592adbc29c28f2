import { AppError, authMessages, auditMessages, mappingMessages, syncMessages } from '@firmbridge/contracts';
import { eventually, testAmqpUrl } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import {
  aConnection,
  aFinishedRun,
  aGhlConnection,
  anEntity,
  aProblem,
  aRun,
  aTransaction,
} from './builders/platform.js';
import { openLocalBroker, openRabbit, TestGateway, type TestBroker } from './gateway-harness.js';

const { startRun, pauseRun, resumeRun, cancelRun } = syncMessages.clioSyncMessages;
const clio = aConnection();
const ghl = aGhlConnection();

function apiSuite(openBroker: () => Promise<TestBroker>): void {
  let broker: TestBroker;
  let gateway: TestGateway;

  beforeAll(async () => {
    broker = await openBroker();
    gateway = new TestGateway(broker);
    await gateway.start('auth', 'clio-sync', 'ghl-sync', 'mapping', 'audit-log');
  }, 60_000);
  afterAll(async () => {
    await gateway.stop();
    await broker.close();
  }, 60_000);
  beforeEach(() => {
    gateway.platform.reset();
    gateway.platform.connections = [clio, ghl];
  });

  describe('connections', () => {
    it('lists connections and pairings', async () => {
      gateway.platform.pairings = [
        { pairingId: randomUUID(), clioConnectionId: clio.connectionId, ghlConnectionId: ghl.connectionId },
      ];
      const answer = await gateway.get('/api/v1/connections');
      expect(answer.status).toBe(200);
      expect(answer.json()).toEqual({ connections: [clio, ghl], pairings: gateway.platform.pairings });
    });

    it('tells where to send a person, who comes back to the dashboard', async () => {
      const answer = await gateway.post('/api/v1/connections', { provider: 'clio', region: 'eu' });
      expect(answer.status).toBe(200);
      expect(answer.json()['authorizeUrl']).toContain('https://app.clio.com/');
      const [question] = gateway.platform.of(authMessages.beginAuthorization);
      expect(question?.data).toMatchObject({ provider: 'clio', region: 'eu', returnTo: `${gateway.url}/` });
    });

    it.each([
      [{ provider: 'clio', region: 'global' }],
      [{ provider: 'ghl', region: 'us' }],
      [{ provider: 'clio' }],
      [{ provider: 'clio', region: 'us', more: 1 }],
    ])('refuses to connect %j', async (wish) => {
      const answer = await gateway.post('/api/v1/connections', wish);
      expect(answer.status).toBe(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(gateway.platform.received).toEqual([]);
    });

    it('connects a location by its private token and shows the connection, never the token', async () => {
      gateway.platform.connections = [ghl];
      const answer = await gateway.post('/api/v1/connections/private-token', {
        locationId: 'loc1',
        token: 'pit-secret',
      });
      expect(answer.status).toBe(201);
      expect(answer.json()).toEqual(ghl);
      const [question] = gateway.platform.of(authMessages.addPrivateToken);
      expect(question?.data).toEqual({ provider: 'ghl', locationId: 'loc1', token: 'pit-secret' });
    });

    it('passes on why a private token was refused', async () => {
      gateway.platform.connections = [];
      const answer = await gateway.post('/api/v1/connections/private-token', { locationId: 'loc1', token: 'wrong' });
      expect(answer.status).toBe(401);
      expect(answer.json()).toMatchObject({ code: 'ghl.token_refused', detail: 'GoHighLevel refused the token.' });
    });
  });

  describe('pairings', () => {
    const both = { clioConnectionId: clio.connectionId, ghlConnectionId: ghl.connectionId };

    it('asks auth for the same pairing however often it is asked', async () => {
      const first = await gateway.post('/api/v1/pairings', both);
      const second = await gateway.post('/api/v1/pairings', both);
      expect([first.status, second.status]).toEqual([202, 202]);
      expect(second.json()).toEqual(first.json());
      await eventually(() => expect(gateway.platform.of(authMessages.createPairing)).toHaveLength(2));
      expect(gateway.platform.of(authMessages.createPairing)[0]?.data).toEqual({ ...first.json(), ...both });
    });

    it('answers with the pairing there is', async () => {
      const pairingId = randomUUID();
      gateway.platform.pairings = [{ pairingId, ...both }];
      expect((await gateway.post('/api/v1/pairings', both)).json()).toEqual({ pairingId });
      expect(gateway.platform.of(authMessages.createPairing)).toEqual([]);
    });

    it('refuses a connection that is not there or is of the wrong kind', async () => {
      const unknown = await gateway.post('/api/v1/pairings', { ...both, clioConnectionId: randomUUID() });
      const swapped = await gateway.post('/api/v1/pairings', {
        clioConnectionId: ghl.connectionId,
        ghlConnectionId: clio.connectionId,
      });
      expect([unknown.status, unknown.json()['code']]).toEqual([404, 'connection.unknown']);
      expect([swapped.status, swapped.json()['code']]).toEqual([422, 'pairing.wrong_connections']);
    });
  });

  describe('starting runs', () => {
    const path = `/api/v1/connections/${clio.connectionId}/runs`;

    it('sends the command to clio-sync and says where to follow it', async () => {
      const answer = await gateway.post(path, { mode: 'manual', resources: ['contacts', 'matters'] });
      const { runId } = answer.json<{ runId: string }>();
      expect(answer.status).toBe(202);
      expect(answer.headers['location']).toBe(`/api/v1/runs/${runId}`);
      const [command] = await eventually(
        () => gateway.platform.of(startRun).length > 0 && gateway.platform.of(startRun),
      );
      expect(command?.data).toEqual({
        runId,
        connectionId: clio.connectionId,
        mode: 'manual',
        resources: ['contacts', 'matters'],
      });
      expect(command?.tenantId).toBe(gateway.tenantId);
      expect(command?.actor).toEqual({ kind: 'key', id: 'startup-token', roles: ['admin'] });
      expect(command?.correlationId).toBe(answer.headers['x-correlation-id']);
    });

    it('takes an Idempotency-Key that is a UUID for the id of the run', async () => {
      const key = randomUUID();
      const answer = await gateway.post(path, { mode: 'incremental' }, { 'idempotency-key': key });
      expect(answer.json()).toEqual({ runId: key });
      await eventually(() => expect(gateway.platform.of(startRun)[0]?.data).toMatchObject({ runId: key }));
    });

    it('leads a repeated request with a word as its key to the same run, also when that run has begun', async () => {
      const headers = { 'idempotency-key': 'nightly-2026-01-15' };
      const first = await gateway.post(path, { mode: 'incremental' }, headers);
      const { runId } = first.json<{ runId: string }>();
      gateway.platform.runs = [aRun({ runId, connectionId: clio.connectionId })];
      const second = await gateway.post(path, { mode: 'incremental' }, headers);
      expect([second.status, second.json()]).toEqual([202, { runId }]);
      await eventually(() => expect(gateway.platform.of(startRun)).toHaveLength(1));
    });

    it('refuses a key that belongs to another run', async () => {
      const runId = randomUUID();
      gateway.platform.runs = [aFinishedRun({ runId, connectionId: clio.connectionId, mode: 'initial' })];
      const answer = await gateway.post(path, { mode: 'incremental' }, { 'idempotency-key': runId });
      expect([answer.status, answer.json()['code']]).toEqual([409, 'idempotency_key.reused']);
    });

    it('refuses a second run while one is unfinished and names it', async () => {
      const runId = randomUUID();
      gateway.platform.runs = [aRun({ runId, connectionId: clio.connectionId })];
      const answer = await gateway.post(path, { mode: 'incremental' });
      expect(answer.status).toBe(409);
      expect(answer.json()).toMatchObject({ code: 'run.unfinished', details: { runId } });
      expect(gateway.platform.of(startRun)).toEqual([]);
    });

    it('finds the unfinished run also when the list of runs is too large for one answer', async () => {
      gateway.platform.runs = [aRun({ connectionId: clio.connectionId }), aFinishedRun(), aFinishedRun()];
      gateway.platform.largestPage = 2;
      expect((await gateway.post(path, { mode: 'incremental' })).status).toBe(409);
    });

    it('does not mind the unfinished run of another connection', async () => {
      gateway.platform.runs = [aRun()];
      expect((await gateway.post(path, { mode: 'incremental' })).status).toBe(202);
      await eventually(() => expect(gateway.platform.of(startRun)).toHaveLength(1));
    });

    it.each([
      ['reauthorization_required', 'connection.needs_reauthorization'],
      ['disconnected', 'connection.disconnected'],
    ] as const)('refuses a connection that is %s', async (status, code) => {
      gateway.platform.connections = [{ ...clio, status }];
      const answer = await gateway.post(path, { mode: 'incremental' });
      expect([answer.status, answer.json()['code']]).toEqual([409, code]);
    });

    it('refuses a connection that is unknown', async () => {
      const unknown = await gateway.post(`/api/v1/connections/${randomUUID()}/runs`, { mode: 'initial' });
      expect(unknown.status).toBe(404);
    });

    it('asks the sync service of the connection', async () => {
      const answer = await gateway.post(`/api/v1/connections/${ghl.connectionId}/runs`, { mode: 'initial' });
      expect(answer.status).toBe(202);
      const { startRun: startGhlRun } = syncMessages.ghlSyncMessages;
      await eventually(() => expect(gateway.platform.of(startGhlRun)).toHaveLength(1));
      expect(gateway.platform.of(startRun)).toEqual([]);
    });

    it.each([[{ mode: 'webhook' }], [{ mode: 'manual', resources: ['unicorns'] }], [{}], ['{"mode":']])(
      'refuses %j',
      async (wish) => {
        const answer = await gateway.post(path, wish);
        expect(answer.status).toBe(400);
        expect(answer.json()).toMatchObject({ status: 400, correlationId: answer.headers['x-correlation-id'] });
      },
    );

    it('refuses an id that is none', async () => {
      expect((await gateway.post('/api/v1/connections/42/runs', { mode: 'initial' })).status).toBe(400);
    });
  });

  describe('what a person decides about a run', () => {
    it.each([
      ['pause', pauseRun, 'paused'],
      ['resume', resumeRun, 'running'],
      ['cancel', cancelRun, 'cancelled'],
    ] as const)('goes to clio-sync: %s', async (verb, contract, state) => {
      const run = aRun();
      gateway.platform.runs = [run];
      const answer = await gateway.post(`/api/v1/runs/${run.runId}/${verb}`, {});
      expect([answer.status, answer.json()]).toEqual([200, { ...run, state }]);
      expect(gateway.platform.of(contract)[0]?.data).toMatchObject({ runId: run.runId });
    });

    it('may be about one resource of it', async () => {
      const { runId } = (gateway.platform.runs = [aRun()])[0]!;
      await gateway.post(`/api/v1/runs/${runId}/resources/contacts/cancel`, {});
      expect(gateway.platform.of(cancelRun)[0]?.data).toEqual({ runId, resource: 'contacts' });
      expect((await gateway.post(`/api/v1/runs/${runId}/resources/unicorns/cancel`, {})).status).toBe(400);
    });

    it('is refused of a run that is over, with what to do instead', async () => {
      gateway.platform.refusal = new AppError('conflict', 'run.finished', 'The run is over.');
      const answer = await gateway.post(`/api/v1/runs/${randomUUID()}/cancel`, {});
      expect(answer.status).toBe(409);
      expect(answer.json()).toMatchObject({
        code: 'run.finished',
        advice: expect.stringContaining('start another run'),
      });
    });
  });

  describe('reading', () => {
    it('lists runs and shows one', async () => {
      const runs = [aRun(), aFinishedRun()];
      gateway.platform.runs = runs;
      expect((await gateway.get('/api/v1/runs?limit=1')).json()).toEqual({ runs: runs.slice(0, 1) });
      expect((await gateway.get(`/api/v1/runs/${runs[1]?.runId}`)).json()).toEqual(runs[1]);
      expect((await gateway.get(`/api/v1/runs/${randomUUID()}`)).status).toBe(404);
    });

    it('shows how fresh each resource is', async () => {
      gateway.platform.freshness = [
        {
          resource: 'contacts',
          source: 'webhook',
          completeUntil: '2026-01-15T10:00:00.000Z',
          nextDueAt: null,
          pollEverySeconds: 2_660,
          atWorstSeconds: 3_073,
          reason: null,
        },
      ];
      const answer = await gateway.get(`/api/v1/connections/${clio.connectionId}/freshness`);
      expect(answer.json()).toEqual({ resources: gateway.platform.freshness });
    });

    it('searches entities and shows one', async () => {
      const entity = anEntity();
      gateway.platform.entities = [entity, anEntity()];
      const list = await gateway.get('/api/v1/entities?type=contact&text=ada&limit=1');
      expect(list.json()).toEqual({ entities: [entity], nextCursor: 'more' });
      expect(gateway.platform.of(mappingMessages.searchEntities)[0]?.data).toEqual({
        entityType: 'contact',
        text: 'ada',
        entityId: null,
        limit: 1,
        cursor: null,
      });
      expect((await gateway.get(`/api/v1/entities/${entity.entityId}`)).json()).toEqual(entity);
      expect((await gateway.get(`/api/v1/entities/${randomUUID()}`)).status).toBe(404);
    });

    it('counts entities', async () => {
      gateway.platform.entities = [anEntity()];
      expect((await gateway.get('/api/v1/entity-counts')).json()).toEqual({
        counts: [{ entityType: 'contact', count: 1 }],
      });
    });

    it('searches transactions', async () => {
      const transaction = aTransaction();
      gateway.platform.transactions = [transaction];
      const answer = await gateway.get('/api/v1/transactions?provider=clio&failedOnly=true&text=contacts');
      expect(answer.json()).toEqual({ transactions: [transaction], nextCursor: null });
      expect(gateway.platform.of(auditMessages.searchTransactions)[0]?.data).toEqual({
        connectionId: null,
        provider: 'clio',
        correlationId: null,
        failedOnly: true,
        text: 'contacts',
        limit: 20,
        cursor: null,
      });
    });

    it('gives a shorter page when a full one is too large for an answer', async () => {
      gateway.platform.transactions = Array.from({ length: 40 }, () => aTransaction());
      gateway.platform.largestPage = 12;
      const answer = await gateway.get('/api/v1/transactions?limit=40');
      expect(answer.json<{ transactions: unknown[] }>().transactions).toHaveLength(10);
    });

    it('lists problems with advice', async () => {
      const problem = aProblem({ code: 'clio.forbidden' });
      gateway.platform.problems = [problem];
      const answer = await gateway.get('/api/v1/problems');
      expect(answer.json()).toEqual({
        problems: [{ ...problem, advice: 'Grant the missing permission, then try again.' }],
        nextCursor: null,
      });
    });

    it.each([
      '/api/v1/runs?limit=0',
      '/api/v1/runs?limit=51',
      '/api/v1/runs?limit=many',
      '/api/v1/runs/42',
      '/api/v1/entities?type=unicorn',
      '/api/v1/entities/42',
      '/api/v1/transactions?provider=other',
      '/api/v1/transactions?failedOnly=perhaps',
      '/api/v1/problems?runId=42',
      '/api/v1/problems?page=2',
    ])('refuses %s', async (path) => {
      const answer = await gateway.get(path);
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'http.validation', instance: path.split('?')[0] });
    });
  });
}

function unavailableSuite(openBroker: () => Promise<TestBroker>): void {
  it('says who is not listening, and what to do, while services are away', async () => {
    const broker = await openBroker();
    const gateway = new TestGateway(broker);
    await gateway.start('auth', 'clio-sync');
    try {
      gateway.platform.connections = [clio];
      const nobody = await gateway.get('/api/v1/entity-counts');
      expect(nobody.status).toBe(503);
      expect(nobody.json()).toMatchObject({ code: 'query.nobody_listens', detail: 'No mapping is listening.' });

      await gateway.deleteQueue('clio-sync.start-run');
      const unroutable = await gateway.post(`/api/v1/connections/${clio.connectionId}/runs`, { mode: 'incremental' });
      expect(unroutable.status).toBe(503);
      expect(unroutable.json()).toMatchObject({
        code: 'command.unroutable',
        detail: 'The broker has no queue of clio-sync: run the migration, then repeat the request.',
        advice: expect.stringMatching(/./),
      });
    } finally {
      await gateway.stop();
      await broker.close();
    }
  }, 60_000);
}

describe('the API on the local broker', () => {
  apiSuite(openLocalBroker);
  unavailableSuite(openLocalBroker);
});

const describeWithRabbit = testAmqpUrl() === null ? describe.skip : describe;
describeWithRabbit('the API on RabbitMQ', () => {
  apiSuite(openRabbit);
  unavailableSuite(openRabbit);
});
