import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { ghlWebhookPublicKey } from '@firmbridge/ghl-api';
import { isSignedWith, readSigningKeys } from './signing-keys.js';

const pair = () => generateKeyPairSync('ed25519');
const published = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).toString('base64');
const [current, previous, foreign] = [pair(), pair(), pair()];
const keys = readSigningKeys([current.publicKey, previous.publicKey].map(published));
const body = Buffer.from('{"type":"ContactUpdate"}');
const signed = (key: KeyObject, bytes = body) => sign(null, bytes, key).toString('base64');

it('takes what the current key has signed, and the one before', () => {
  expect(isSignedWith(keys, body, signed(current.privateKey))).toBe(true);
  expect(isSignedWith(keys, body, signed(previous.privateKey))).toBe(true);
  expect(isSignedWith(keys, body, signed(foreign.privateKey))).toBe(false);
});

it('takes the very bytes only', () => {
  expect(isSignedWith(keys, Buffer.from('{"type": "ContactUpdate"}'), signed(current.privateKey))).toBe(false);
});

it.each([undefined, '', 'N/A', 'abc', ['a', 'b'], 'A'.repeat(88), `${signed(current.privateKey)} `])(
  'refuses %p, and does not fail',
  (text) => {
    expect(isSignedWith(keys, body, text)).toBe(false);
  },
);

it('reads the key that is published', () => {
  expect(readSigningKeys([ghlWebhookPublicKey])).toHaveLength(1);
});

it.each(['nonsense', published(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)])(
  'refuses a key that is none',
  (text) => {
    expect(() => readSigningKeys([text])).toThrow();
  },
);
