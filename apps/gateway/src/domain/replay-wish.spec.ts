import { isSameWish, type ReplayWish } from './replay-wish.js';

const wish: ReplayWish = {
  queue: 'billing.contacts',
  entityTypes: ['contact', 'matter'],
  entityIds: [],
  changedFrom: '2026-01-15T10:00:00Z',
  changedTo: null,
  perSecond: 200,
};

it('knows a wish again that is only written differently', () => {
  const rewritten: ReplayWish = {
    ...wish,
    entityTypes: ['matter', 'contact'],
    changedFrom: '2026-01-15T10:00:00.000Z',
  };
  expect(isSameWish(wish, rewritten)).toBe(true);
});

it.each<Partial<ReplayWish>>([
  { queue: 'billing.matters' },
  { entityTypes: ['contact'] },
  { changedTo: '2026-01-16T10:00:00Z' },
  { perSecond: 10 },
])('tells a wish from one with %j', (other) => {
  expect(isSameWish(wish, { ...wish, ...other })).toBe(false);
});
