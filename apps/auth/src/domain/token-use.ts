/** What is known of a credential when its access token is asked for; times by the database's clock. */
export interface CredentialFacts {
  readonly kind: 'oauth' | 'private_token';
  readonly generation: number;
  /** Negative once it is over; null for a token that does not expire. */
  readonly expiresInMs: number | null;
  /** Until it is due to be refreshed. */
  readonly refreshInMs: number | null;
}

export type TokenUse = 'serve' | 'serve_and_refresh' | 'refresh' | 'verify';

/** Too little to begin a call with. */
const leastUseMs = 60_000;

/**
 * Serve the token as it is; serve it and have it refreshed meanwhile; refresh it first; or (a private token that the provider
 * refused, and that nothing can refresh) find out whether it is dead.
 */
export function decideTokenUse(facts: CredentialFacts, rejectedGeneration: number | null): TokenUse {
  const isRejected = rejectedGeneration === facts.generation;
  if (facts.kind === 'private_token') return isRejected ? 'verify' : 'serve';
  if (isRejected) return 'refresh';
  if (facts.expiresInMs === null || facts.refreshInMs === null || facts.refreshInMs > 0) return 'serve';
  return facts.expiresInMs > leastUseMs ? 'serve_and_refresh' : 'refresh';
}

/** True while the provider should still take the token: it may be served when a refresh fails. */
export function isStillGood(facts: CredentialFacts, rejectedGeneration: number | null): boolean {
  return rejectedGeneration !== facts.generation && (facts.expiresInMs === null || facts.expiresInMs > 0);
}
