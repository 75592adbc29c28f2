import { readGhlRateLimit } from './rate-limit.js';

const now = new Date('2026-03-01T10:00:00.000Z');
const headers = {
  'X-RateLimit-Max': '100',
  'X-RateLimit-Interval-Milliseconds': '10000',
  'X-RateLimit-Remaining': '42',
  'X-RateLimit-Limit-Daily': '200000',
  'X-RateLimit-Daily-Remaining': '150000',
  'X-RateLimit-Daily-Reset': '84322000',
};

it('reads both windows', () => {
  expect(readGhlRateLimit(headers, 200, now)).toEqual({
    limit: 100,
    remaining: 42,
    windowSeconds: 10,
    resetAt: null,
    retryAfterMs: null,
    status: 200,
    daily: {
      limit: 200_000,
      remaining: 150_000,
      windowSeconds: 86_400,
      resetAt: new Date('2026-03-02T09:25:22.000Z'),
    },
  });
});

it('waits one interval after a 429 that names no wait', () => {
  expect(readGhlRateLimit(headers, 429, now).retryAfterMs).toBe(10_000);
});

it('waits ten seconds after a 429 without any header', () => {
  expect(readGhlRateLimit({}, 429, now)).toMatchObject({ limit: null, remaining: null, retryAfterMs: 10_000 });
});

it('waits as long as a 429 says', () => {
  expect(readGhlRateLimit({ ...headers, 'retry-after': '3' }, 429, now).retryAfterMs).toBe(3000);
});

it('waits for the next day when the day is used up, whatever the short window says', () => {
  const used = { ...headers, 'x-ratelimit-daily-remaining': '0' };
  expect(readGhlRateLimit(lower(used), 200, now).retryAfterMs).toBe(84_322_000);
});

it('takes nonsense for absent', () => {
  expect(readGhlRateLimit({ 'x-ratelimit-max': 'many', 'x-ratelimit-remaining': '-1' }, 200, now)).toMatchObject({
    limit: null,
    remaining: null,
  });
});

function lower(values: Record<string, string>): Record<string, string> {
  delete values['X-RateLimit-Daily-Remaining'];
  return values;
}
