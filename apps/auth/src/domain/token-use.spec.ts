import { decideTokenUse, isStillGood, refreshMarginMs, type CredentialFacts } from './token-use.js';

const minute = 60_000;
const aCredential = (facts: Partial<CredentialFacts> = {}): CredentialFacts => ({
  connectionId: 'c1',
  kind: 'oauth',
  generation: 3,
  expiresInMs: 60 * minute,
  lifetimeMs: 24 * 60 * minute,
  ...facts,
});

describe('the use of an access token', () => {
  it('serves a token with time left', () => {
    expect(decideTokenUse(aCredential(), null)).toBe('serve');
  });

  it('refreshes within a quarter of an hour of the end, never earlier and at the latest five minutes before', () => {
    expect(decideTokenUse(aCredential({ expiresInMs: 15 * minute + 1 }), null)).toBe('serve');
    expect(decideTokenUse(aCredential({ expiresInMs: 5 * minute }), null)).toBe('refresh');
    expect(decideTokenUse(aCredential({ expiresInMs: -1 }), null)).toBe('refresh');
  });

  it('spreads the refreshes of accounts that were connected together', () => {
    const margins = Array.from({ length: 50 }, (_, n) => refreshMarginMs(aCredential({ connectionId: `c${n}` })));
    expect(Math.min(...margins)).toBeGreaterThanOrEqual(5 * minute);
    expect(Math.max(...margins)).toBeLessThan(15 * minute);
    expect(Math.max(...margins) - Math.min(...margins)).toBeGreaterThan(5 * minute);
  });

  it('does not refresh a short-lived token at each use', () => {
    expect(decideTokenUse(aCredential({ expiresInMs: 50_000, lifetimeMs: 60_000 }), null)).toBe('serve');
  });

  it('refreshes when the current generation was refused, and serves when an older one was', () => {
    expect(decideTokenUse(aCredential(), 3)).toBe('refresh');
    expect(decideTokenUse(aCredential(), 2)).toBe('serve');
  });

  it('verifies a private token that was refused: nothing can refresh it', () => {
    const token = aCredential({ kind: 'private_token', expiresInMs: null, lifetimeMs: null });
    expect(decideTokenUse(token, 3)).toBe('verify');
    expect(decideTokenUse(token, null)).toBe('serve');
  });

  it('knows when the old token may be served although the refresh failed', () => {
    expect(isStillGood(aCredential({ expiresInMs: 1 }), null)).toBe(true);
    expect(isStillGood(aCredential({ expiresInMs: 0 }), null)).toBe(false);
    expect(isStillGood(aCredential(), 3)).toBe(false);
  });
});
