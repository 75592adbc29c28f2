import { AppError, auditMessages } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import { aDeadLetter, aDeadLetterGroup } from './builders/platform.js';
import { openLocalBroker, TestGateway, type TestBroker } from './gateway-harness.js';

const { searchDeadLetters, groupDeadLetters, getDeadLetter } = auditMessages;
const { resendDeadLetters, discardDeadLetters, editDeadLetter } = auditMessages;

let broker: TestBroker;
let gateway: TestGateway;

beforeAll(async () => {
  broker = await openLocalBroker();
  gateway = new TestGateway(broker);
  await gateway.start('audit-log');
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await broker.close();
}, 60_000);
beforeEach(() => gateway.platform.reset());

const asked = (contract: { readonly type: string }) => gateway.platform.of(contract).map(({ data }) => data);

describe('reading dead letters', () => {
  it('lists them page by page', async () => {
    const letters = [aDeadLetter(), aDeadLetter(), aDeadLetter()];
    gateway.platform.deadLetters = letters;
    const first = await gateway.get('/api/v1/dead-letters?limit=2');
    expect(first.json()).toEqual({ deadLetters: letters.slice(0, 2), nextCursor: '2' });
    const second = await gateway.get('/api/v1/dead-letters?limit=2&cursor=2');
    expect(second.json()).toEqual({ deadLetters: letters.slice(2), nextCursor: null });
  });

  it('asks for all of the tenant, whatever became of them, when nothing is given', async () => {
    await gateway.get('/api/v1/dead-letters');
    expect(asked(searchDeadLetters)).toEqual([
      { scope: 'tenant', state: null, queue: null, type: null, fingerprint: null, limit: 20, cursor: null },
    ]);
  });

  it('passes on every criterion', async () => {
    const query = 'scope=platform&state=waiting&queue=mapping.normalize-live&type=firmbridge.a.b.v1&fingerprint=f1';
    await gateway.get(`/api/v1/dead-letters?${query}`);
    expect(asked(searchDeadLetters)).toEqual([
      {
        scope: 'platform',
        state: 'waiting',
        queue: 'mapping.normalize-live',
        type: 'firmbridge.a.b.v1',
        fingerprint: 'f1',
        limit: 20,
        cursor: null,
      },
    ]);
  });

  it('groups them by cause', async () => {
    const groups = [aDeadLetterGroup({ count: 12 }), aDeadLetterGroup()];
    gateway.platform.groups = groups;
    expect((await gateway.get('/api/v1/dead-letters/groups')).json()).toEqual({ groups });
    expect(asked(groupDeadLetters)).toEqual([{ scope: 'tenant', limit: 20 }]);
  });

  it('opens one with its headers and its body', async () => {
    const letter = aDeadLetter();
    gateway.platform.deadLetters = [letter];
    gateway.platform.body = '{"broken":';
    const answer = await gateway.get(`/api/v1/dead-letters/${letter.deadLetterId}?scope=platform`);
    expect(answer.json()).toEqual({
      deadLetter: letter,
      headers: { 'x-attempt': 5 },
      body: '{"broken":',
      bodyIsComplete: true,
    });
    expect(asked(getDeadLetter)).toEqual([{ deadLetterId: letter.deadLetterId, scope: 'platform' }]);
    expect((await gateway.get(`/api/v1/dead-letters/${randomUUID()}`)).status).toBe(404);
  });

  it.each([
    '/api/v1/dead-letters?state=lost',
    '/api/v1/dead-letters?scope=all',
    '/api/v1/dead-letters?queue=',
    '/api/v1/dead-letters?limit=51',
    '/api/v1/dead-letters?page=2',
    '/api/v1/dead-letters/groups?limit=0',
    '/api/v1/dead-letters/42',
  ])('refuses %s', async (path) => {
    const answer = await gateway.get(path);
    expect([answer.status, answer.json()['code']]).toEqual([400, 'http.validation']);
  });
});

describe('deciding about dead letters', () => {
  it('resends those of a cause, ten a second unless told otherwise', async () => {
    const letters = [aDeadLetter({ fingerprint: 'f1' }), aDeadLetter({ fingerprint: 'f1' }), aDeadLetter()];
    gateway.platform.deadLetters = letters;
    const answer = await gateway.post('/api/v1/dead-letters/resend', { fingerprint: 'f1' });
    expect(answer.status).toBe(202);
    expect(answer.json()).toEqual({ accepted: 2, lastDueAt: '2026-01-15T10:00:04.000Z', notResendable: 0, left: 0 });
    const selection = { deadLetterIds: null, fingerprint: 'f1', queue: null };
    expect(asked(resendDeadLetters)).toEqual([{ scope: 'tenant', selection, perSecond: 10 }]);
    const again = await gateway.post('/api/v1/dead-letters/resend', { fingerprint: 'f1', perSecond: 50 });
    expect(again.json()).toEqual({ accepted: 0, lastDueAt: null, notResendable: 0, left: 0 });
  });

  it('discards named ones with the reason', async () => {
    const letter = aDeadLetter();
    gateway.platform.deadLetters = [letter, aDeadLetter()];
    const deadLetterIds = [letter.deadLetterId];
    const body = { deadLetterIds, reason: ' The firm is gone. ', scope: 'platform' };
    const answer = await gateway.post('/api/v1/dead-letters/discard', body);
    expect([answer.status, answer.json()]).toEqual([200, { discarded: 1, left: 0 }]);
    const selection = { deadLetterIds, fingerprint: null, queue: null };
    expect(asked(discardDeadLetters)).toEqual([{ scope: 'platform', selection, reason: 'The firm is gone.' }]);
  });

  it('sends a command again with other data', async () => {
    const deadLetterId = randomUUID();
    const wish = { data: { runId: randomUUID(), resources: ['contacts'] }, reason: 'The connection was renamed.' };
    const answer = await gateway.post(`/api/v1/dead-letters/${deadLetterId}/edit`, wish);
    expect([answer.status, answer.json()]).toEqual([202, { messageId: expect.any(String) }]);
    expect(asked(editDeadLetter)).toEqual([{ deadLetterId, ...wish }]);
  });

  it.each([
    ['resend', {}],
    ['resend', { scope: 'platform', perSecond: 200 }],
    ['discard', { reason: 'Nobody needs them.' }],
  ])('refuses to %s everything there is: %j', async (verb, body) => {
    const answer = await gateway.post(`/api/v1/dead-letters/${verb}`, body);
    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({
      code: 'dead_letter.no_selection',
      detail: 'No message is selected: give at least one of deadLetterIds, fingerprint and queue.',
      details: { fields: ['deadLetterIds', 'fingerprint', 'queue'] },
    });
    expect(gateway.platform.received).toEqual([]);
  });

  it.each([
    ['resend', { deadLetterIds: [] }],
    ['resend', { deadLetterIds: ['42'] }],
    ['resend', { queue: 'a', perSecond: 0 }],
    ['resend', { queue: 'a', perSecond: 201 }],
    ['resend', { queue: 'a', everything: true }],
    ['discard', { queue: 'a' }],
    ['discard', { queue: 'a', reason: '  ' }],
    [`${randomUUID()}/edit`, { data: [], reason: 'r' }],
    [`${randomUUID()}/edit`, { data: {} }],
    ['42/edit', { data: {}, reason: 'r' }],
  ])('refuses %s of %j', async (path, body) => {
    const answer = await gateway.post(`/api/v1/dead-letters/${path}`, body);
    expect([answer.status, answer.json()['code']]).toEqual([400, 'http.validation']);
    expect(gateway.platform.received).toEqual([]);
  });

  it('leaves the decision about rights to the owner and passes it on', async () => {
    gateway.platform.refusal = new AppError('forbidden', 'dead_letter.forbidden', 'Only operators decide.');
    const answer = await gateway.post('/api/v1/dead-letters/resend', { queue: 'clio-sync.start-run' });
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'dead_letter.forbidden', detail: 'Only operators decide.' });
    const [question] = gateway.platform.of(resendDeadLetters);
    expect(question?.actor).toEqual({ kind: 'key', id: 'startup-token', roles: ['admin'] });
    expect(question?.tenantId).toBe(gateway.tenantId);
  });
});
