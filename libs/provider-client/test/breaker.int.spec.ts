import { eventually } from '@firmbridge/testing';
import { CircuitBreakers } from '../src/index.js';
import { FakeProvider, json, reset, tooManyRequests } from './fake-provider.js';
import { aClient, aConnection, aRead, aTokenSource, aWrite, type ClientUnderTest } from './harness.js';

const resetMs = 400;

let provider: FakeProvider;
let under: ClientUnderTest;

beforeAll(async () => {
  provider = await FakeProvider.start();
});

beforeEach(() => {
  under = aClient({ breakers: new CircuitBreakers({ resetMs }) });
});

afterEach(() => under.client.close());
afterAll(() => provider.stop());

const call = (given = aRead()) => under.client.call(aConnection(provider.origin), aTokenSource(), given);
const state = () => under.client.breakerStates()[provider.origin];
const fail = (given = aWrite()) =>
  call(given).then(
    () => 'served',
    (error: { code: string }) => error.code,
  );

async function openTheBreaker(): Promise<void> {
  provider.replyWith(json(500, {}));
  for (let each = 0; each < 10; each++) await fail();
  expect(state()).toBe('open');
}

const halfOpen = () => eventually(() => state() === 'half-open', { intervalMs: 5 });

describe('the breaker of an origin', () => {
  it('opens when more than half of at least 10 calls fail, and then calls nobody', async () => {
    provider.replyWith(json(500, {}));
    for (let each = 0; each < 9; each++) await fail();
    expect(state()).toBe('closed');
    await fail();
    expect(state()).toBe('open');
    provider.replyWith(json(200, {}));
    await expect(call()).rejects.toMatchObject({ kind: 'unavailable', code: 'clio.circuit_open', retryable: true });
    expect(provider.calls).toHaveLength(0);
  });

  it('counts reset connections, too', async () => {
    provider.replyWith(reset);
    for (let each = 0; each < 10; each++) await fail();
    expect(state()).toBe('open');
  });

  it('is for all tenants', async () => {
    await openTheBreaker();
    expect(await fail(aRead())).toBe('clio.circuit_open');
  });

  it.each([
    ['401', json(401, {})],
    ['403', json(403, {})],
    ['404', json(404, {})],
    ['422', json(422, {})],
  ])('never opens for %s', async (_, reply) => {
    provider.replyWith(reply);
    for (let each = 0; each < 20; each++) await fail();
    expect(state()).toBe('closed');
  });

  it('never opens for cancellations', async () => {
    for (let each = 0; each < 20; each++) {
      const controller = new AbortController();
      provider.replyWith(() => controller.abort());
      expect(await fail(aRead({ signal: controller.signal }))).toBe('clio.cancelled');
    }
    expect(state()).toBe('closed');
  });

  it('does not count refusals for want of budget as good health that dilutes failures', async () => {
    const refused = () => fail(aRead({ deadlineMs: 20 }));
    provider.replyWith(tooManyRequests('60'));
    for (let each = 0; each < 20; each++) await refused();
    await openTheBreaker();
  });

  it('closes when the one call that may try is served', async () => {
    await openTheBreaker();
    await halfOpen();
    provider.replyWith(json(200, {}));
    await call();
    expect(state()).toBe('closed');
  });

  it('opens again when the one call that may try fails', async () => {
    await openTheBreaker();
    await halfOpen();
    await fail();
    expect(state()).toBe('open');
  });

  it.each([
    ['429', tooManyRequests('60')],
    ['401', json(401, {})],
    ['403', json(403, {})],
  ])('stays half-open after a %s and lets the next one try', async (_, reply) => {
    await openTheBreaker();
    await halfOpen();
    provider.replyWith(reply);
    await fail(aRead({ deadlineMs: 2_000 }));
    expect(state()).toBe('half-open');
    provider.replyWith(json(200, {}));
    await call();
    expect(state()).toBe('closed');
  });

  it('lets one single call try at a time', async () => {
    await openTheBreaker();
    await halfOpen();
    let answer: () => void = () => undefined;
    provider.replyWith((response) => {
      answer = () => response.writeHead(200).end('{}');
    });
    const trying = call();
    await eventually(() => provider.calls.length === 1);
    expect(await fail(aRead())).toBe('clio.circuit_open');
    answer();
    await trying;
    expect(state()).toBe('closed');
  });

  it('is not closed by a late success of a call from before it opened', async () => {
    let answer: () => void = () => undefined;
    provider.replyWith((response) => {
      answer = () => response.writeHead(200).end('{}');
    });
    const late = call();
    await eventually(() => provider.calls.length === 1);
    await openTheBreaker();
    await halfOpen();
    answer();
    await late;
    expect(state()).toBe('half-open');
  });
});
