import { createSecretKey, randomBytes } from 'node:crypto';
import { openText, parseSealed, sealText } from './sealed-text.js';

const key = createSecretKey(randomBytes(32));
const place = ['tenant', 'connection', 'refresh_token', '7'];
const seal = (text: string) => sealText(Buffer.from(text), key, 'k1', place);
const open = (sealed: string, at = place) => openText(parseSealed(sealed), key, at).toString();

describe('sealed text', () => {
  it.each(['', 'secret', 'Ünïcödé 🔑', 'x'.repeat(100_000)])('opens to what was sealed', (text) => {
    expect(open(seal(text))).toBe(text);
  });

  it('is different each time and shows version and key', () => {
    expect(seal('secret')).not.toBe(seal('secret'));
    expect(seal('secret')).toMatch(/^v1\.k1\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
  });

  it('is refused with a tag cut to 4 bytes', () => {
    const [version, keyId, iv, tag = '', ciphertext] = seal('secret').split('.');
    const shortTag = Buffer.from(tag, 'base64url').subarray(0, 4).toString('base64url');
    expect(() => open([version, keyId, iv, shortTag, ciphertext].join('.'))).toThrow(
      expect.objectContaining({ code: 'vault.not_sealed' }) as Error,
    );
  });

  it.each([
    ['another row', ['tenant', 'connection', 'refresh_token', '8']],
    ['another column', ['tenant', 'connection', 'access_token', '7']],
    ['another table', ['tenant', 'pairing', 'refresh_token', '7']],
    ['another tenant', ['other', 'connection', 'refresh_token', '7']],
    ['the same words divided otherwise', ['tenant', 'connection', 'refresh_token|7', '']],
  ])('is refused in %s', (_, other) => {
    expect(() => open(seal('secret'), other)).toThrow(expect.objectContaining({ code: 'vault.refused' }) as Error);
  });

  it('is refused with any character changed or cut off', () => {
    const sealed = seal('secret');
    for (let at = 0; at < sealed.length; at++) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
      expect(() => open(changed)).toThrow();
      expect(() => open(sealed.slice(0, at))).toThrow();
    }
    expect(() => open(`${sealed}.`)).toThrow();
    expect(() => open(`${sealed}=`)).toThrow();
  });
});
