import { z } from 'zod';
import { idOfKey, uuidOf } from './ids.js';

it('makes one valid UUID of the same words', () => {
  expect(uuidOf('a', 'b')).toBe(uuidOf('a', 'b'));
  expect(uuidOf('a', 'b')).not.toBe(uuidOf('ab'));
  expect(z.uuid().safeParse(uuidOf('a')).success).toBe(true);
});

it('takes a key that is a UUID for the id itself', () => {
  const key = '0F9C2F5E-6C1B-4A43-9E0B-1E51C6F7A001';
  expect(idOfKey(key, 'tenant', 'connection')).toBe(key.toLowerCase());
});

it('gives the same key of two connections two ids', () => {
  expect(idOfKey('nightly', 'tenant', 'one')).not.toBe(idOfKey('nightly', 'tenant', 'two'));
});
