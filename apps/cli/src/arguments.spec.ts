import { id, ids, instant, sentence, wholeNumber } from './arguments.js';

const uuid = '0f9c2f5e-6c1b-4a43-9e0b-1e51c6f7a001';

it('takes ids as they are pasted', () => {
  expect(id(uuid.toUpperCase())).toBe(uuid);
  expect(ids(uuid, [uuid])).toEqual([uuid, uuid]);
  expect(() => id('42')).toThrow('It is not an id.');
});

it.each([
  ['2026-01-15', '2026-01-15T00:00:00.000Z'],
  ['2026-01-15T10:00:00Z', '2026-01-15T10:00:00.000Z'],
  ['2026-01-15T10:00+02:00', '2026-01-15T08:00:00.000Z'],
])('takes %s for an instant', (text, expected) => {
  expect(instant(text)).toBe(expected);
});

it.each(['yesterday', '2026', '2026-13-01', '15.01.2026', ''])('does not guess an instant from "%s"', (text) => {
  expect(() => instant(text)).toThrow('a day or an instant');
});

it.each(['0', '201', '-1', '1.5', '1e2', '', 'ten'])('does not take "%s" for a whole number from 1 to 200', (text) => {
  expect(() => wholeNumber(1, 200)(text)).toThrow('from 1 to 200');
});

it('wants words for a reason', () => {
  expect(sentence('  gone ')).toBe('gone');
  expect(() => sentence('   ')).toThrow('1 to 500');
  expect(() => sentence('x'.repeat(501))).toThrow('1 to 500');
});
