import { randomBytes } from 'node:crypto';
import { Keyring } from './keyring.js';

const aKey = () => randomBytes(32).toString('base64');
const owner = ['tenant', 'data_key', 'k1'];

describe('Keyring', () => {
  it('wraps with the first key and unwraps with each', async () => {
    const [older, newer] = [aKey(), aKey()] as const;
    const before = Keyring.parse(`2026-05:${older}`);
    const after = Keyring.parse(`2026-11:${newer}, 2026-05:${older}`);
    const dataKey = randomBytes(32);
    const wrapped = await before.wrap(dataKey, owner);
    expect(wrapped.kekId).toBe('2026-05');
    expect(await after.unwrap(wrapped, owner)).toEqual(dataKey);
    expect((await after.wrap(dataKey, owner)).kekId).toBe('2026-11');
  });

  it.each([
    ['nothing', '', 'vault.no_key'],
    ['only commas', ' , ', 'vault.no_key'],
    ['a key without an id', aKey(), 'vault.bad_keyring'],
    ['a key without bytes', '2026-05:', 'vault.bad_key'],
    ['a short key', `2026-05:${randomBytes(16).toString('base64')}`, 'vault.bad_key'],
    ['a long key', `2026-05:${randomBytes(33).toString('base64')}`, 'vault.bad_key'],
    ['something that is no base64', `2026-05:${'?'.repeat(43)}=`, 'vault.bad_key'],
    ['one id twice', `2026-05:${aKey()},2026-05:${aKey()}`, 'vault.bad_keyring'],
  ])('refuses %s', (_, text, code) => {
    expect(() => Keyring.parse(text)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('names no key material in its complaints', () => {
    const short = randomBytes(16).toString('base64');
    expect(() => Keyring.parse(`2026-05:${short}`)).not.toThrow(short);
  });

  it('does not unwrap with another key of the same name, or for another owner', async () => {
    const keyring = Keyring.parse(`2026-05:${aKey()}`);
    const wrapped = await keyring.wrap(randomBytes(32), owner);
    const other = Keyring.parse(`2026-05:${aKey()}`);
    await expect(other.unwrap(wrapped, owner)).rejects.toMatchObject({ code: 'vault.wrong_key' });
    await expect(keyring.unwrap(wrapped, ['other', 'data_key', 'k1'])).rejects.toMatchObject({
      code: 'vault.wrong_key',
    });
    const renamed = Keyring.parse(`2026-06:${aKey()}`);
    await expect(renamed.unwrap(wrapped, owner)).rejects.toMatchObject({ code: 'vault.unknown_key' });
  });
});
