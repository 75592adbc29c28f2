import { randomUUID } from 'node:crypto';
import { isPrivateIntegrationToken, type GhlUserType } from '@firmbridge/ghl-api';
import type { SandboxContext } from '../../context.js';
import { companyIdOf } from '../data/seed.js';
import type { GhlStore } from '../data/store.js';
import { hexadecimal } from '../data/ids.js';
import { privateTokenOf, type RegisteredApp } from './app.js';
import type { Caller } from './caller.js';
import type { Grant, Grants } from './grants.js';
import { readToken, signToken, type ClaimsFor } from './signed-token.js';

export const accessTokenSeconds = 86_399;
const refreshTokenSeconds = 365 * 86_400;
const codeSeconds = 600;

/** Why a bearer is no good: nothing there, not a token of ours, or one that was and no longer is. */
export type NoCaller = 'absent' | 'malformed' | 'invalid';

/** Makes and reads tokens. They are signed statements: only grants are stored. */
export class TokenIssuer {
  constructor(
    private readonly context: SandboxContext,
    private readonly app: RegisteredApp,
    private readonly grants: Grants,
    private readonly store: GhlStore,
  ) {}

  /** Opens a grant for a location or the agency and gives the code that is exchanged for its tokens. */
  open(owner: { authClass: GhlUserType; authClassId: string }, scopes: readonly string[], redirectUri: string | null) {
    const grant = this.newGrant(owner, scopes);
    const iat = this.now();
    const code = { use: 'code', grantId: grant.id, ...owner, iat, exp: iat + codeSeconds, redirectUri } as const;
    return { code: this.sign(code), expiresAt: new Date(code.exp * 1000), grant };
  }

  newGrant(owner: { authClass: GhlUserType; authClassId: string }, scopes: readonly string[]): Grant {
    return this.grants.save({
      id: randomUUID(),
      ...owner,
      companyId: companyIdOf(this.context),
      userId: this.store.users.all()[0]?.id ?? '',
      scopes: [...scopes],
      generation: 0,
      rotatedAt: this.context.clock.now().toISOString(),
      accessEpoch: 0,
      revoked: false,
    });
  }

  /** The reply of the token endpoint for the grant's newest generation (section 1.1). */
  replyFor(grant: Grant): Record<string, unknown> {
    const isCompany = grant.authClass === 'Company';
    const locations = this.store.locations.where((location) => location.companyId === grant.companyId);
    return {
      access_token: this.accessToken(grant),
      token_type: 'Bearer',
      expires_in: accessTokenSeconds,
      refresh_token: this.refreshToken(grant),
      refreshTokenId: hexadecimal(this.context.randomFor('ghl', 'refresh token', grant.id, grant.generation), 24),
      scope: grant.scopes.join(' '),
      userType: grant.authClass,
      companyId: grant.companyId,
      ...(isCompany ? {} : { locationId: grant.authClassId }),
      userId: grant.userId,
      isBulkInstallation: isCompany,
      approvedLocations: isCompany ? locations.map((location) => location.id) : [grant.authClassId],
      installToFutureLocations: isCompany,
      approveAllLocations: isCompany,
    };
  }

  readCode(code: string): ClaimsFor<'code'> | null {
    return this.read(code, 'code');
  }

  readRefresh(token: string): ClaimsFor<'refresh'> | null {
    return this.read(token, 'refresh');
  }

  callerOf(authorization: string | undefined, privateTokensLapsed: boolean): Caller | NoCaller {
    const bearer = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (!bearer) return 'absent';
    if (isPrivateIntegrationToken(bearer)) return privateTokensLapsed ? 'invalid' : this.privateCaller(bearer);
    if (bearer.split('.').length !== 3) return 'malformed';
    const claims = this.read(bearer, 'access');
    const grant = claims && this.grants.get(claims.grantId);
    if (!grant || claims.epoch !== grant.accessEpoch) return 'invalid';
    return {
      kind: 'oauth',
      authClass: grant.authClass,
      ownerId: grant.authClassId,
      companyId: grant.companyId,
      scopes: grant.scopes,
      clientId: this.app.clientId,
    };
  }

  private privateCaller(token: string): Caller | NoCaller {
    const companyId = companyIdOf(this.context);
    const scopes = this.app.scopes.filter((scope) => !scope.startsWith('oauth.'));
    const callerFor = (ownerId: string) => {
      const clientId = hexadecimal(this.context.randomFor('ghl', 'private integration', ownerId), 24);
      return { kind: 'private', companyId, scopes, clientId, ownerId } as const;
    };
    const location = this.store.locations.find(({ id }) => privateTokenOf(this.context, id) === token);
    if (location) return { ...callerFor(location.id), authClass: 'Location' };
    if (privateTokenOf(this.context, companyId) !== token) return 'invalid';
    return { ...callerFor(companyId), authClass: 'Company' };
  }

  private accessToken(grant: Grant): string {
    const iat = this.now();
    return this.sign({
      use: 'access',
      grantId: grant.id,
      authClass: grant.authClass,
      authClassId: grant.authClassId,
      source: 'INTEGRATION',
      sourceId: this.app.clientId,
      channel: 'OAUTH',
      epoch: grant.accessEpoch,
      iat,
      exp: iat + accessTokenSeconds,
    });
  }

  /** Depends on the grant alone, so that a repeat within the grace gets the very same text. */
  private refreshToken(grant: Grant): string {
    const iat = Math.floor(Date.parse(grant.rotatedAt) / 1000);
    const { id: grantId, authClass, authClassId, generation } = grant;
    return this.sign({
      use: 'refresh',
      grantId,
      authClass,
      authClassId,
      generation,
      iat,
      exp: iat + refreshTokenSeconds,
    });
  }

  private read<Use extends 'code' | 'refresh' | 'access'>(token: string, use: Use) {
    return readToken(token, { key: this.app.signingKey, use, now: this.context.clock.now() });
  }

  private sign(claims: Parameters<typeof signToken>[0]): string {
    return signToken(claims, this.app.signingKey);
  }

  private now(): number {
    return Math.floor(this.context.clock.now().getTime() / 1000);
  }
}
