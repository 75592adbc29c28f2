import { waitMsOf } from './waiting-wish.js';

it.each([
  [undefined, 10_000],
  ['wait=3', 3_000],
  ['handling=strict, wait=3', 3_000],
  ['wait=600', 10_000],
  ['respond-async', 0],
  ['Respond-Async, wait=5', 0],
  ['wait=soon', 10_000],
])('waits as long as Prefer: %s says', (prefer, waitMs) => {
  expect(waitMsOf(prefer)).toBe(waitMs);
});
