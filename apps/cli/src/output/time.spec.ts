import { duration, fullTime, relativeTime } from './time.js';

const now = new Date('2026-01-15T10:00:00.000Z');

it.each([
  ['2026-01-15T09:59:59.500Z', 'now'],
  ['2026-01-15T09:59:48.000Z', '12 s ago'],
  ['2026-01-15T09:57:01.000Z', '2 min ago'],
  ['2026-01-15T07:30:00.000Z', '2 h ago'],
  ['2026-01-10T09:00:00.000Z', '5 d ago'],
  ['2026-01-15T10:00:04.000Z', 'in 4 s'],
])('says how far %s is', (instant, said) => {
  expect(relativeTime(instant, now)).toBe(said);
});

it('gives the instant beside it for whoever compares it', () => {
  expect(fullTime('2026-01-15T09:00:00.000Z', now)).toBe('2026-01-15T09:00:00.000Z (1 h ago)');
});

it('has no length shorter than a second', () => {
  expect(duration(200)).toBe('0 s');
});
