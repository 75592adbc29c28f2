import { authMessages, systemActor } from '@firmbridge/contracts';
import type { QueryClient } from '@firmbridge/messaging';
import type { TokenSource } from '@firmbridge/provider-client';

interface CachedToken {
  readonly accessToken: string;
  readonly generation: number;
  readonly usableUntil: number;
}

/** A token is asked for again this long before it ends, and at least this often. */
const marginMs = 60_000;
const longestMs = 5 * 60_000;

/**
 * Access tokens, asked of auth for each use and kept in memory until shortly before they end. A token that the provider refused
 * is dropped and auth is told its generation. Nothing is stored.
 */
export class AccessTokens {
  private readonly cache = new Map<string, CachedToken>();

  constructor(
    private readonly service: string,
    private readonly queries: QueryClient,
    private readonly clock: () => Date,
  ) {}

  for(tenantId: string, connectionId: string, correlationId: string): TokenSource {
    return {
      get: async (rejectedGeneration) => {
        const known = this.cache.get(connectionId);
        const isUsable = known !== undefined && known.usableUntil > this.clock().getTime();
        if (isUsable && (rejectedGeneration === null || known.generation > rejectedGeneration)) return known;
        return this.ask(tenantId, connectionId, correlationId, rejectedGeneration);
      },
    };
  }

  drop(connectionId: string): void {
    this.cache.delete(connectionId);
  }

  private async ask(tenantId: string, connectionId: string, correlationId: string, rejectedGeneration: number | null) {
    this.cache.delete(connectionId);
    const reply = await this.queries.ask(
      authMessages.getAccessToken,
      { connectionId, rejectedGeneration },
      { tenantId, actor: systemActor(this.service), correlationId, timeoutMs: 20_000 },
    );
    const now = this.clock().getTime();
    const ends = reply.expiresAt === null ? now + longestMs : Date.parse(reply.expiresAt) - marginMs;
    const token = {
      accessToken: reply.accessToken,
      generation: reply.generation,
      usableUntil: Math.min(ends, now + longestMs),
    };
    if (this.cache.size >= 10_000) this.cache.clear();
    this.cache.set(connectionId, token);
    return token;
  }
}
