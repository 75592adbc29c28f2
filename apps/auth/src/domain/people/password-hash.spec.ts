import { formatPasswordHash, isOutdated, parsePasswordHash } from './password-hash.js';

const hash = {
  cost: { memory: 19_456, passes: 2, parallelism: 1 },
  salt: Buffer.from('a salt of 16 by.'),
  tag: Buffer.alloc(32, 7),
};

describe('the hash of a password', () => {
  it('is kept with its parameters', () => {
    const text = formatPasswordHash(hash);
    expect(text).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(parsePasswordHash(text)).toEqual(hash);
  });

  it('is outdated when more work is wanted, not when less is', () => {
    expect(isOutdated(hash, hash.cost)).toBe(false);
    expect(isOutdated(hash, { ...hash.cost, passes: 3 })).toBe(true);
    expect(isOutdated(hash, { ...hash.cost, memory: 65_536 })).toBe(true);
    expect(isOutdated(hash, { ...hash.cost, memory: 9_728 })).toBe(false);
  });

  it('is nothing else, and what it is instead is not told', () => {
    expect(() => parsePasswordHash('$2b$12$something-secret')).toThrow(
      /^What is kept as the hash of a password is none.$/,
    );
  });
});
