import { csrfTokenOf, isCsrfTokenOf } from './csrf-token.js';

it('a CSRF token belongs to one cookie', () => {
  const token = csrfTokenOf('one cookie');
  expect([
    isCsrfTokenOf('one cookie', token),
    isCsrfTokenOf('another', token),
    isCsrfTokenOf('one cookie', ''),
  ]).toEqual([true, false, false]);
  expect(token).not.toContain('one cookie');
});
