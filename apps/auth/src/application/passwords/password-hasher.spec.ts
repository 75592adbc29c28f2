import { PasswordHasher } from './password-hasher.js';

const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const limits = { atOnce: 1, waiting: 8 };
const password = 'harbour kite 94 lamp';

describe('the hashing of passwords', () => {
  it('recognises a password by its hash, which never is the same twice', async () => {
    const hasher = new PasswordHasher(cost, limits);
    const [one, other] = [await hasher.hash(password), await hasher.hash(password)];
    expect(one).not.toBe(other);
    expect(await hasher.verify(password, one)).toBe(true);
    expect(await hasher.verify('harbour kite 95 lamp', one)).toBe(false);
  });

  it('reads what other implementations write', async () => {
    // From the tests of the reference implementation.
    const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await new PasswordHasher(cost, limits).verify('password', hash)).toBe(true);
  });

  it('does the same work for somebody who is unknown', async () => {
    const hasher = new PasswordHasher(cost, limits);
    expect(await hasher.verify(password, null)).toBe(false);
    expect(hasher.stats()).toMatchObject({ verified: 1, running: 0 });
  });

  it('knows an old hash, and that more work is wanted now', async () => {
    const old = await new PasswordHasher(cost, limits).hash(password);
    const hasher = new PasswordHasher({ ...cost, passes: 3 }, limits);
    expect(await hasher.verify(password, old)).toBe(true);
    expect(hasher.isOutdated(old)).toBe(true);
    expect(hasher.isOutdated(await hasher.hash(password))).toBe(false);
  });

  it('refuses what would wait too long', async () => {
    const hasher = new PasswordHasher(cost, { atOnce: 1, waiting: 1 });
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => hasher.verify(password, null)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(hasher.stats()).toMatchObject({ verified: 2, refused: 2 });
  });
});
