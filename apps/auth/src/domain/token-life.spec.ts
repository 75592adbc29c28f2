import { planTokenLife } from './token-life.js';

const minute = 60_000;
const day = 24 * 60 * minute;

describe('planTokenLife', () => {
  it.each([
    [0, 5],
    [0.5, 10],
    [1, 15],
  ])('refreshes between 5 and 15 minutes before the end, with chance %d after %d', (chance, minutes) => {
    expect(planTokenLife(day / 1000, () => chance)).toEqual({ expiresInMs: day, refreshInMs: day - minutes * minute });
  });

  it('leaves nine tenths of the life of a short-lived token', () => {
    expect(planTokenLife(600, () => 1)).toEqual({ expiresInMs: 600_000, refreshInMs: 540_000 });
  });

  it('takes no token for shorter than a minute', () => {
    expect(planTokenLife(0.5, () => 0)).toEqual({ expiresInMs: minute, refreshInMs: 54_000 });
  });
});
