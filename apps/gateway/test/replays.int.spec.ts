import { AppError, mappingMessages } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import { randomUUID } from 'node:crypto';
import { aReplay } from './builders/platform.js';
import { openLocalBroker, TestGateway, type TestBroker } from './gateway-harness.js';

const { replayEntities, cancelReplay } = mappingMessages;
const path = '/api/v1/replays';
const queue = 'billing.contacts';

let broker: TestBroker;
let gateway: TestGateway;

beforeAll(async () => {
  broker = await openLocalBroker();
  gateway = new TestGateway(broker);
  await gateway.start('mapping');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
}, 60_000);
beforeEach(() => gateway.platform.reset());

const commands = () => gateway.platform.of<Record<string, unknown>>(replayEntities);

describe('starting a replay', () => {
  it('sends the command to mapping and says where to follow it', async () => {
    const wish = {
      queue,
      entityTypes: ['contact', 'matter'],
      entityIds: [randomUUID()],
      changedFrom: '2026-01-01T00:00:00Z',
      changedTo: '2026-02-01T00:00:00Z',
      perSecond: 50,
    };
    const answer = await gateway.post(path, wish);
    const { replayId } = answer.json<{ replayId: string }>();
    expect([answer.status, answer.headers['location']]).toEqual([202, `${path}/${replayId}`]);
    await eventually(() => expect(commands().map(({ data }) => data)).toEqual([{ replayId, ...wish }]));
    expect(commands()[0]).toMatchObject({
      tenantId: gateway.tenantId,
      correlationId: answer.headers['x-correlation-id'],
      actor: { kind: 'key', id: 'startup-token', roles: ['admin'] },
    });
  });

  it('asks for everything at 200 a second when only the queue is given', async () => {
    const { replayId } = (await gateway.post(path, { queue })).json<{ replayId: string }>();
    await eventually(() =>
      expect(commands()[0]?.data).toEqual({
        replayId,
        queue,
        entityTypes: [],
        entityIds: [],
        changedFrom: null,
        changedTo: null,
        perSecond: 200,
      }),
    );
  });

  it('takes an Idempotency-Key that is a UUID for the id of the replay', async () => {
    const key = randomUUID();
    expect((await gateway.post(path, { queue }, { 'idempotency-key': key })).json()).toEqual({ replayId: key });
    await eventually(() => expect(commands()[0]?.data).toMatchObject({ replayId: key }));
  });

  it('leads a repeated request to the same replay, also when that has begun', async () => {
    const headers = { 'idempotency-key': 'rebuild-2026-01-15' };
    const wish = { queue, entityTypes: ['contact'], changedFrom: '2026-01-01T00:00:00Z' };
    const { replayId } = (await gateway.post(path, wish, headers)).json<{ replayId: string }>();
    gateway.platform.replays = [aReplay({ replayId, queue, changedFrom: '2026-01-01T00:00:00.000Z' })];
    const second = await gateway.post(path, wish, headers);
    expect([second.status, second.json()]).toEqual([202, { replayId }]);
    await eventually(() => expect(commands()).toHaveLength(1));
  });

  it('refuses a key that belongs to another wish', async () => {
    const replay = aReplay({ queue, entityTypes: ['matter'] });
    gateway.platform.replays = [replay];
    const answer = await gateway.post(path, { queue }, { 'idempotency-key': replay.replayId });
    expect([answer.status, answer.json()['code']]).toEqual([409, 'idempotency_key.reused']);
    expect(commands()).toEqual([]);
  });

  it.each([
    {},
    { queue: '' },
    { queue: 'a queue' },
    { queue, entityTypes: ['unicorn'] },
    { queue, entityIds: ['42'] },
    { queue, changedFrom: 'yesterday' },
    { queue, changedFrom: '2026-02-01T00:00:00Z', changedTo: '2026-01-01T00:00:00Z' },
    { queue, perSecond: 2001 },
    { queue, tenant: 'other' },
  ])('refuses %j', async (wish) => {
    const answer = await gateway.post(path, wish);
    expect([answer.status, answer.json()['code']]).toEqual([400, 'http.validation']);
    expect(commands()).toEqual([]);
  });
});

describe('following replays', () => {
  it('lists them and shows one', async () => {
    const replays = [aReplay(), aReplay({ state: 'completed', sent: 1_000 })];
    gateway.platform.replays = replays;
    expect((await gateway.get(`${path}?limit=1`)).json()).toEqual({ replays: replays.slice(0, 1) });
    expect((await gateway.get(`${path}/${replays[1]?.replayId}`)).json()).toEqual(replays[1]);
    const unknown = await gateway.get(`${path}/${randomUUID()}`);
    expect([unknown.status, unknown.json()['code']]).toEqual([404, 'replay.unknown']);
  });

  it('gives a shorter list when a full one is too large for an answer', async () => {
    gateway.platform.replays = Array.from({ length: 20 }, () => aReplay());
    gateway.platform.largestPage = 6;
    const answer = await gateway.get(path);
    expect(answer.json<{ replays: unknown[] }>().replays).toHaveLength(5);
  });

  it('ends a running one', async () => {
    const replay = aReplay();
    gateway.platform.replays = [replay];
    const answer = await gateway.post(`${path}/${replay.replayId}/cancel`, undefined);
    expect([answer.status, answer.json()]).toEqual([200, { ...replay, state: 'cancelled' }]);
    expect(gateway.platform.of(cancelReplay)[0]?.data).toEqual({ replayId: replay.replayId });
  });

  it('passes on why one cannot be ended', async () => {
    gateway.platform.refusal = new AppError('conflict', 'replay.over', 'The replay is over.');
    const answer = await gateway.post(`${path}/${randomUUID()}/cancel`, undefined);
    expect([answer.status, answer.json()['code']]).toEqual([409, 'replay.over']);
  });
});
