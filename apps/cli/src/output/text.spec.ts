import { countOf, printable, printableLines, shortened, wrapped } from './text.js';

it('takes from a text what could steer the terminal or hide its order', () => {
  expect(printable('a\u001b[31mb\n\tc\u009b2J\u202ed')).toBe('a\ufffd[31mb c\ufffd2J\ufffdd');
  expect(printableLines('a\n\tb\u0007')).toBe('a\n\tb\ufffd');
});

it('breaks lines between words, and words that are longer than a line', () => {
  expect(wrapped('one two three', 7)).toBe('one two\nthree');
  expect(wrapped('a abcdefghij k', 4)).toBe('a\nabcd\nefgh\nij k');
  expect(wrapped('abcd', 4)).toBe('abcd');
  expect(wrapped('', 4)).toBe('');
});

it('shows that a text goes on', () => {
  expect(shortened('abcde', 5)).toBe('abcde');
  expect(shortened('abcdef', 5)).toBe('abcd…');
});

it('counts one as one', () => {
  expect([countOf(1, 'message'), countOf(0, 'message'), countOf(1_234, 'message')]).toEqual([
    '1 message',
    '0 messages',
    '1,234 messages',
  ]);
});
