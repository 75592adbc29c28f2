import { pagesLeftOf, percentOfResource, percentOfRun, secondsLeft, type ResourceCounts } from './pace.js';

const aResource = (facts: Partial<ResourceCounts> = {}): ResourceCounts => ({
  state: 'fetching',
  pages: 1,
  records: 200,
  expected: 1_000,
  pageSize: 200,
  ...facts,
});
const perMinute = { limit: 60, seconds: 60 };
const perHour = { limit: 1_000, seconds: 3_600 };

describe('pages left', () => {
  it('follow the count of the provider, and one is left while the provider has another', () => {
    expect(pagesLeftOf(aResource())).toBe(4);
    expect(pagesLeftOf(aResource({ records: 1_100 }))).toBe(1);
  });

  it('are unknown without a count, except before the first page', () => {
    expect(pagesLeftOf(aResource({ expected: null }))).toBeNull();
    expect(pagesLeftOf(aResource({ state: 'waiting', pages: 0, records: 0, expected: null }))).toBe(1);
  });

  it.each(['applying', 'completed', 'failed', 'cancelled'])('are none of what is %s', (state) => {
    expect(pagesLeftOf(aResource({ state, expected: null }))).toBe(0);
  });
});

describe('percents', () => {
  it('say 100 only when it is over', () => {
    expect(percentOfResource(aResource())).toBe(20);
    expect(percentOfResource(aResource({ records: 1_000 }))).toBe(99);
    expect(percentOfResource(aResource({ state: 'completed', expected: null }))).toBe(100);
    expect(percentOfResource(aResource({ expected: 0, records: 0 }))).toBe(0);
    expect(percentOfRun([aResource({ state: 'applying', records: 1_000, pages: 5 })])).toBe(99);
    expect(percentOfRun([aResource({ state: 'completed' }), aResource({ state: 'cancelled' })])).toBe(100);
  });

  it('weigh resources by their pages and are unknown where one is', () => {
    expect(percentOfRun([aResource(), aResource({ state: 'completed', pages: 3 })])).toBe(50);
    expect(percentOfRun([aResource(), aResource({ expected: null })])).toBeNull();
  });
});

describe('time left', () => {
  it('is that of the pace so far when the budget allows it', () => {
    expect(secondsLeft({ pagesLeft: 40, pagesRead: 10, secondsSpent: 20, windows: [perMinute, perHour] })).toBe(80);
  });

  it('is that of the budget when the pace cannot last', () => {
    // 4 900 calls at one a second, but no more than 1 000 an hour.
    const pace = { pagesLeft: 4_900, pagesRead: 100, secondsSpent: 100 };
    expect(secondsLeft({ ...pace, windows: [perMinute, perHour] })).toBe(14_040);
    expect(secondsLeft({ ...pace, windows: [perMinute] })).toBe(4_900);
  });

  it('is known before the first page only where there is a budget', () => {
    expect(secondsLeft({ pagesLeft: 120, pagesRead: 0, secondsSpent: 0, windows: [perMinute] })).toBe(60);
    expect(secondsLeft({ pagesLeft: 120, pagesRead: 0, secondsSpent: 0, windows: [] })).toBeNull();
  });

  it('is unknown while the pages left are', () => {
    expect(secondsLeft({ pagesLeft: null, pagesRead: 9, secondsSpent: 9, windows: [perMinute] })).toBeNull();
  });
});
