import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Journal, JournalTopic } from '../../journal.js';
import type { ClioSwitches } from '../switches.js';

const claimsSchema = z.object({
  kind: z.enum(['code', 'access', 'refresh']),
  region: z.enum(['us', 'eu', 'ca', 'au']),
  firm: z.int(),
  user: z.int(),
  grant: z.string(),
  nonce: z.string(),
  /** Rises with every token, whatever the sandbox clock does. */
  serial: z.number(),
  expiresMs: z.number().nullable(),
  clientId: z.string(),
  redirectUri: z.string().nullable(),
  challenge: z.string().nullable(),
});
export type TokenClaims = z.output<typeof claimsSchema>;

const eventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('code-used'), nonce: z.string() }),
  z.object({ kind: z.literal('grant-revoked'), grant: z.string() }),
  z.object({ kind: z.literal('access-revoked'), nonce: z.string() }),
  z.object({ kind: z.literal('all-revoked'), serial: z.number() }),
  z.object({ kind: z.literal('access-expired'), serial: z.number() }),
  z.object({ kind: z.literal('only-access'), grant: z.string(), nonce: z.string() }),
  z.object({ kind: z.literal('only-refresh'), grant: z.string(), nonce: z.string() }),
]);
type TokenEvent = z.output<typeof eventSchema>;

export type GrantFacts = Pick<TokenClaims, 'region' | 'firm' | 'user' | 'clientId'>;

const codeLifetimeMs = 600_000;

/**
 * Codes and tokens that prove themselves: signed with the seed, so that they hold after a restart without being kept.
 * Only what ends one early is remembered, in the journal.
 */
export class ClioTokens {
  private readonly key: Buffer;
  private readonly journal: JournalTopic<TokenEvent>;
  private readonly usedCodes = new Set<string>();
  private readonly revokedGrants = new Set<string>();
  private readonly revokedAccess = new Set<string>();
  private readonly onlyAccess = new Map<string, string>();
  private readonly onlyRefresh = new Map<string, string>();
  private revokedUpTo = 0;
  private accessExpiredUpTo = 0;
  private lastSerial = 0;

  constructor(
    seed: string,
    journal: Journal,
    private readonly clock: { now(): Date },
    private readonly switches: () => ClioSwitches,
  ) {
    this.key = createHash('sha256').update(`clio-tokens:${seed}`).digest();
    this.journal = journal.topic('clio.tokens', eventSchema);
    this.journal.replay().forEach((event) => this.apply(event));
  }

  issueCode(grant: GrantFacts & { redirectUri: string; challenge: string | null }): string {
    const expiresMs = this.clock.now().getTime() + codeLifetimeMs;
    return this.sign({ ...grant, kind: 'code', grant: randomUUID(), expiresMs });
  }

  /** The claims of a code that is good for this one time, or null (clio-api section 6: 10 minutes, single use). */
  redeemCode(text: string): TokenClaims | null {
    const claims = this.read(text, 'code');
    if (!claims || this.usedCodes.has(claims.nonce)) return null;
    this.record({ kind: 'code-used', nonce: claims.nonce });
    return claims;
  }

  /** Tokens for a grant; the refresh token is null when the one that was shown stays the only one. */
  issueTokens(grant: TokenClaims): { accessToken: string; refreshToken: string | null; expiresIn: number } {
    const { accessTokenSeconds, refreshEndsPreviousToken, refreshTokenRotates } = this.switches();
    const base = { ...grant, redirectUri: null, challenge: null };
    const expiresMs = this.clock.now().getTime() + accessTokenSeconds * 1000;
    const access = this.withNonce({ ...base, kind: 'access', expiresMs });
    if (refreshEndsPreviousToken) this.record({ kind: 'only-access', grant: grant.grant, nonce: access.nonce });
    let refreshToken: string | null = null;
    if (grant.kind === 'code' || refreshTokenRotates) {
      const refresh = this.withNonce({ ...base, kind: 'refresh', expiresMs: null });
      refreshToken = this.seal(refresh);
      if (refreshTokenRotates) this.record({ kind: 'only-refresh', grant: grant.grant, nonce: refresh.nonce });
    }
    return { accessToken: this.seal(access), refreshToken, expiresIn: accessTokenSeconds };
  }

  readRefresh(text: string): TokenClaims | null {
    const claims = this.read(text, 'refresh');
    if (!claims) return null;
    const only = this.onlyRefresh.get(claims.grant);
    return only === undefined || only === claims.nonce ? claims : null;
  }

  readAccess(text: string): TokenClaims | null {
    const claims = this.read(text, 'access');
    if (!claims || claims.serial <= this.accessExpiredUpTo || this.revokedAccess.has(claims.nonce)) return null;
    const only = this.onlyAccess.get(claims.grant);
    return only === undefined || only === claims.nonce ? claims : null;
  }

  revokeGrant(grant: string): void {
    this.record({ kind: 'grant-revoked', grant });
  }

  /** This one access token is refused; its refresh token stays good. */
  revokeAccess({ nonce }: TokenClaims): void {
    this.record({ kind: 'access-revoked', nonce });
  }

  /** Every access token issued so far is refused; refreshing helps. */
  expireAccessTokens(): void {
    this.record({ kind: 'access-expired', serial: this.nextSerial() });
  }

  /** Every token issued so far is refused; only a new authorization helps. */
  revokeAll(): void {
    this.record({ kind: 'all-revoked', serial: this.nextSerial() });
  }

  private record(event: TokenEvent): void {
    this.journal.append(event);
    this.apply(event);
  }

  private apply(event: TokenEvent): void {
    if (event.kind === 'code-used') this.usedCodes.add(event.nonce);
    else if (event.kind === 'grant-revoked') this.revokedGrants.add(event.grant);
    else if (event.kind === 'access-revoked') this.revokedAccess.add(event.nonce);
    else if (event.kind === 'all-revoked') this.revokedUpTo = event.serial;
    else if (event.kind === 'access-expired') this.accessExpiredUpTo = event.serial;
    else (event.kind === 'only-access' ? this.onlyAccess : this.onlyRefresh).set(event.grant, event.nonce);
  }

  private read(text: string, kind: TokenClaims['kind']): TokenClaims | null {
    const claims = this.unseal(text);
    if (!claims || claims.kind !== kind || claims.serial <= this.revokedUpTo) return null;
    if (this.revokedGrants.has(claims.grant)) return null;
    return claims.expiresMs === null || claims.expiresMs > this.clock.now().getTime() ? claims : null;
  }

  private sign(claims: Omit<TokenClaims, 'nonce' | 'serial'>): string {
    return this.seal(this.withNonce(claims));
  }

  private withNonce(claims: Omit<TokenClaims, 'nonce' | 'serial'>): TokenClaims {
    return { ...claims, nonce: randomUUID(), serial: this.nextSerial() };
  }

  private nextSerial(): number {
    this.lastSerial = Math.max(Date.now(), this.lastSerial + 1, this.revokedUpTo + 1, this.accessExpiredUpTo + 1);
    return this.lastSerial;
  }

  private seal(claims: TokenClaims): string {
    const body = Buffer.from(JSON.stringify(claimsSchema.parse(claims))).toString('base64url');
    return `${body}.${this.mac(body).toString('base64url')}`;
  }

  private unseal(text: string): TokenClaims | null {
    const [body = '', mac = ''] = text.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = this.mac(body);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  }

  private mac(body: string): Buffer {
    return createHmac('sha256', this.key).update(body).digest();
  }
}
