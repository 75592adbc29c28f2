import { AppError, identityMessages, type MatchReview } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import { anEntity } from './builders/platform.js';
import { openLocalBroker, TestGateway, type TestBroker } from './gateway-harness.js';

const { findMatchReviews, decideMatch, mergeEntities, splitEntity } = identityMessages;

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

const aReview = (): MatchReview => ({
  reviewId: randomUUID(),
  state: 'pending',
  probability: 0.93,
  evidence: [{ says: 'same phone', bits: 11 }],
  one: anEntity(),
  other: anEntity(),
  askedAt: '2026-01-15T10:00:00.000Z',
  decidedAt: null,
  decidedBy: null,
});
const asked = (contract: { readonly type: string }) => gateway.platform.of(contract).map(({ data }) => data);

describe('matches to review', () => {
  it('are those that wait, unless another state is asked for', async () => {
    const review = aReview();
    gateway.platform.reviews = [review];
    expect((await gateway.get('/api/v1/match-reviews')).json()).toEqual({ reviews: [review], pending: 1 });
    await gateway.get('/api/v1/match-reviews?state=different&limit=5');
    expect(asked(findMatchReviews)).toEqual([
      { state: 'pending', limit: 20 },
      { state: 'different', limit: 5 },
    ]);
  });

  it('are decided', async () => {
    const review = aReview();
    gateway.platform.reviews = [review];
    const answer = await gateway.post(`/api/v1/match-reviews/${review.reviewId}/decide`, { decision: 'different' });
    expect([answer.status, answer.json()['state']]).toEqual([200, 'different']);
    expect(asked(decideMatch)).toEqual([{ reviewId: review.reviewId, decision: 'different' }]);
    expect((await gateway.post(`/api/v1/match-reviews/${randomUUID()}/decide`, { decision: 'same' })).status).toBe(404);
  });

  it.each([
    ['decide', { decision: 'perhaps' }],
    ['decide', {}],
  ])('refuse to %s %j', async (verb, body) => {
    const answer = await gateway.post(`/api/v1/match-reviews/${randomUUID()}/${verb}`, body);
    expect([answer.status, answer.json()['code']]).toEqual([400, 'http.validation']);
  });
});

describe('entities', () => {
  it('are merged and split', async () => {
    const [stays, goes] = [anEntity(), anEntity()];
    gateway.platform.entities = [stays, goes];
    const merged = await gateway.post(`/api/v1/entities/${goes.entityId}/merge`, { intoEntityId: stays.entityId });
    expect([merged.status, merged.json()['entityId']]).toEqual([200, stays.entityId]);
    const record = { connectionId: randomUUID(), resource: 'contacts', recordId: 'g1' };
    expect((await gateway.post(`/api/v1/entities/${stays.entityId}/split`, record)).status).toBe(200);
    expect(asked(mergeEntities)).toEqual([{ entityId: goes.entityId, intoEntityId: stays.entityId }]);
    expect(asked(splitEntity)).toEqual([{ entityId: stays.entityId, ...record }]);
  });

  it('that cannot be merged are a conflict with the reason', async () => {
    gateway.platform.refusal = new AppError(
      'conflict',
      'identity.both_linked',
      'Both have a record in the same account.',
    );
    const answer = await gateway.post(`/api/v1/entities/${randomUUID()}/merge`, { intoEntityId: randomUUID() });
    expect([answer.status, answer.json()['code']]).toEqual([409, 'identity.both_linked']);
  });
});
