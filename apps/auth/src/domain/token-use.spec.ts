import { decideTokenUse, isStillGood, type CredentialFacts } from './token-use.js';

const minute = 60_000;
const aCredential = (facts: Partial<CredentialFacts> = {}): CredentialFacts => ({
  kind: 'oauth',
  generation: 3,
  expiresInMs: 60 * minute,
  refreshInMs: 50 * minute,
  ...facts,
});

describe('the use of an access token', () => {
  it('serves a token with time left', () => {
    expect(decideTokenUse(aCredential(), null)).toBe('serve');
  });

  it('serves one that is due to be refreshed as long as it is good for a call, and has it refreshed meanwhile', () => {
    expect(decideTokenUse(aCredential({ refreshInMs: 0, expiresInMs: 10 * minute }), null)).toBe('serve_and_refresh');
    expect(decideTokenUse(aCredential({ refreshInMs: -1, expiresInMs: minute + 1 }), null)).toBe('serve_and_refresh');
  });

  it('refreshes first when too little is left, or nothing', () => {
    expect(decideTokenUse(aCredential({ refreshInMs: -1, expiresInMs: minute }), null)).toBe('refresh');
    expect(decideTokenUse(aCredential({ refreshInMs: -1, expiresInMs: -1 }), null)).toBe('refresh');
  });

  it('refreshes when the current generation was refused, and serves when an older one was', () => {
    expect(decideTokenUse(aCredential(), 3)).toBe('refresh');
    expect(decideTokenUse(aCredential(), 2)).toBe('serve');
  });

  it('verifies a private token that was refused: nothing can refresh it', () => {
    const token = aCredential({ kind: 'private_token', expiresInMs: null, refreshInMs: null });
    expect(decideTokenUse(token, 3)).toBe('verify');
    expect(decideTokenUse(token, null)).toBe('serve');
  });

  it('knows when the old token may be served although the refresh failed', () => {
    expect(isStillGood(aCredential({ expiresInMs: 1 }), null)).toBe(true);
    expect(isStillGood(aCredential({ expiresInMs: 0 }), null)).toBe(false);
    expect(isStillGood(aCredential(), 3)).toBe(false);
  });
});
