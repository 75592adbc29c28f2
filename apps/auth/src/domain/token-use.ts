import { createHash } from 'node:crypto';

/** What is known of a credential when its access token is asked for; times by the database's clock. */
export interface CredentialFacts {
  readonly connectionId: string;
  readonly kind: 'oauth' | 'private_token';
  readonly generation: number;
  /** Negative once it is over; null for a token that does not expire. */
  readonly expiresInMs: number | null;
  /** From the grant to the expiry. */
  readonly lifetimeMs: number | null;
}

export type TokenUse = 'serve' | 'refresh' | 'verify';

const minute = 60_000;
/** A short-lived token would otherwise be refreshed at each use. */
const largestShareOfLifetime = 0.1;

/**
 * Serve the token as it is, refresh it, or (a private token that the provider refused, and that nothing can refresh) find out
 * whether it is dead.
 */
export function decideTokenUse(facts: CredentialFacts, rejectedGeneration: number | null): TokenUse {
  const isRejected = rejectedGeneration === facts.generation;
  if (facts.kind === 'private_token') return isRejected ? 'verify' : 'serve';
  if (isRejected || facts.expiresInMs === null) return isRejected ? 'refresh' : 'serve';
  return facts.expiresInMs <= refreshMarginMs(facts) ? 'refresh' : 'serve';
}

/** True while the provider should still take the token: it may be served when a refresh fails. */
export function isStillGood(facts: CredentialFacts, rejectedGeneration: number | null): boolean {
  return rejectedGeneration !== facts.generation && (facts.expiresInMs === null || facts.expiresInMs > 0);
}

/**
 * Between 5 and 15 minutes before the end. The same for every caller and replica, other for each credential and generation:
 * accounts connected together do not refresh together.
 */
export function refreshMarginMs({ connectionId, generation, lifetimeMs }: CredentialFacts): number {
  const margin = 5 * minute + shareOf(`${connectionId}/${generation}`) * 10 * minute;
  return lifetimeMs === null ? margin : Math.min(margin, lifetimeMs * largestShareOfLifetime);
}

/** In [0, 1). */
function shareOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
