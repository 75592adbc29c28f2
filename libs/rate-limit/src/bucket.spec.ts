import { bucketShape, spentAfter, waitFor } from './bucket.js';

const limits = [1, 2, 3, 5, 25, 50, 60, 100, 1000];
const shares = [0, 0.2, 0.6, 0.9, 1];

describe('bucketShape', () => {
  it.each(limits.filter((limit) => limit > 2).flatMap((limit) => shares.map((share) => [limit, share])))(
    'keeps burst + rate x window at limit - 1 for a limit of %d and a burst share of %d',
    (limit, share) => {
      const { burst, perSecond } = bucketShape(limit, 60, share);
      expect(burst).toBeGreaterThanOrEqual(1);
      expect(burst + perSecond * 60).toBeCloseTo(limit - 1, 9);
    },
  );

  it('gives 29 of 50 at once by default', () => {
    expect(bucketShape(50, 60, 0.6)).toEqual({ burst: 29, perSecond: 20 / 60 });
  });

  it.each(limits.flatMap((limit) => shares.map((share) => [limit, share])))(
    'never lets more than the limit through in any window: limit %d, burst share %d, an ever hungry caller',
    (limit, share) => {
      const grants = hungryCaller(limit, 60, share);
      expect(grants.length).toBeGreaterThan(3);
      expect(mostIn(grants, 60_000)).toBeLessThanOrEqual(limit);
    },
  );
});

function hungryCaller(limit: number, seconds: number, share: number): number[] {
  const shape = bucketShape(limit, seconds, share);
  const grants: number[] = [];
  let spent = 0;
  let at = 0;
  while (at < seconds * 5000) {
    const wait = waitFor(spent, 0, shape);
    spent = spentAfter(spent, wait, shape);
    at += wait;
    grants.push(at);
    spent += 1;
    // A pause now and then fills the bucket again: the worst place for a burst.
    if (grants.length % (limit + 3) === 0) {
      spent = spentAfter(spent, seconds * 700, shape);
      at += seconds * 700;
    }
  }
  return grants;
}

function mostIn(grants: readonly number[], windowMs: number): number {
  let from = 0;
  return grants.reduce((most, at, index) => {
    while ((grants[from] ?? at) <= at - windowMs + 1e-6) from++;
    return Math.max(most, index - from + 1);
  }, 0);
}
