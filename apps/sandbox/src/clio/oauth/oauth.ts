import { createHash } from 'node:crypto';
import type { ClioRegion } from '@firmbridge/clio-api';
import { invalidToken, oauthRefusal } from '../api/refusal.js';
import type { ClioSwitches } from '../switches.js';
import { type ClioApp, takesRedirect } from './apps.js';
import { authorizePage, type AuthorizeChoice, messagePage } from './authorize-page.js';
import type { ClioTokens, TokenClaims } from './tokens.js';

export type Form = Readonly<Record<string, string>>;
export type AuthorizeAnswer = { redirect: string } | { status: number; html: string };

/** Clio Manage's authorization code grant (clio-api section 6). */
export class ClioOAuth {
  constructor(
    private readonly tokens: ClioTokens,
    private readonly apps: readonly ClioApp[],
    private readonly switches: () => ClioSwitches,
    private readonly choices: (region: ClioRegion) => readonly AuthorizeChoice[],
  ) {}

  /** The page that asks, or the way back at once where the switch approves by itself. */
  ask(region: ClioRegion, query: Form): AuthorizeAnswer {
    const fault = this.faultIn(query);
    if (fault) return fault;
    const { autoApprove, autoApproveFirm, autoApproveUser } = this.switches();
    if (autoApprove) return this.allow(region, query, { firm: autoApproveFirm, user: autoApproveUser });
    return { status: 200, html: authorizePage(query, this.choices(region)) };
  }

  /** A click on Allow or Deny. A declining user stays here unless the app asked for redirect_on_decline. */
  decide(region: ClioRegion, form: Form): AuthorizeAnswer {
    const fault = this.faultIn(form);
    if (fault) return fault;
    const [firm, user] = (form['allow'] ?? '').split('.').map(Number);
    if (firm !== undefined && user !== undefined) return this.allow(region, form, { firm, user });
    if (form['redirect_on_decline'] !== 'true') {
      return { status: 200, html: messagePage('Declined', 'You declined. The application was not told.') };
    }
    return { redirect: back(form, { error: 'access_denied' }) };
  }

  token(region: ClioRegion, form: Form): object {
    const app = this.apps.find(({ clientId }) => clientId === form['client_id']);
    if (!app || app.clientSecret !== form['client_secret']) throw oauthRefusal(401, 'invalid_client');
    if (form['grant_type'] === 'authorization_code') return this.answer(this.redeem(region, app, form));
    if (form['grant_type'] !== 'refresh_token') throw oauthRefusal(400, 'unsupported_grant_type');
    const claims = this.tokens.readRefresh(form['refresh_token'] ?? '');
    if (!claims || claims.region !== region || claims.clientId !== app.clientId) {
      throw oauthRefusal(400, 'invalid_grant');
    }
    return this.answer(claims);
  }

  /** Ends the access token, and as switched the refresh token with it (section 6, Revoke). */
  deauthorize(region: ClioRegion, bearer: string | null, form: Form): void {
    const claims = this.tokens.readAccess(bearer ?? '');
    if (!claims || claims.region !== region || form['token'] !== bearer) throw invalidToken();
    if (this.switches().deauthorizeEndsGrant) this.tokens.revokeGrant(claims.grant);
    else this.tokens.revokeAccess(claims);
  }

  private faultIn(request: Form): AuthorizeAnswer | null {
    const app = this.apps.find(({ clientId }) => clientId === request['client_id']);
    if (!app) return refusalPage('No application has this client_id.');
    if (!takesRedirect(app, request['redirect_uri'] ?? '')) {
      return refusalPage('The redirect_uri is not registered for this application.');
    }
    return request['response_type'] === 'code' ? null : refusalPage('The response_type must be code.');
  }

  private allow(region: ClioRegion, request: Form, account: { firm: number; user: number }): AuthorizeAnswer {
    if (!this.choices(region).some(({ firm, user }) => firm === account.firm && user === account.user)) {
      return refusalPage('There is no such account.');
    }
    const code = this.tokens.issueCode({
      region,
      ...account,
      clientId: request['client_id'] ?? '',
      redirectUri: request['redirect_uri'] ?? '',
      challenge: request['code_challenge'] || null,
    });
    return { redirect: back(request, { code }) };
  }

  private redeem(region: ClioRegion, app: ClioApp, form: Form): TokenClaims {
    const claims = this.tokens.redeemCode(form['code'] ?? '');
    const isForThisApp = claims?.region === region && claims.clientId === app.clientId;
    if (!claims || !isForThisApp || claims.redirectUri !== form['redirect_uri'] || !this.isVerified(claims, form)) {
      throw oauthRefusal(400, 'invalid_grant');
    }
    return claims;
  }

  private isVerified(claims: TokenClaims, form: Form): boolean {
    if (claims.challenge === null || !this.switches().pkceEnforced) return true;
    const verifier = form['code_verifier'] ?? '';
    return createHash('sha256').update(verifier).digest('base64url') === claims.challenge;
  }

  private answer(claims: TokenClaims): object {
    const { accessToken, refreshToken, expiresIn } = this.tokens.issueTokens(claims);
    return {
      token_type: 'bearer',
      access_token: accessToken,
      expires_in: expiresIn,
      ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
    };
  }
}

function back(request: Form, answer: Form): string {
  const url = new URL(request['redirect_uri'] ?? '');
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (request['state'] !== undefined) url.searchParams.set('state', request['state']);
  return url.href;
}

function refusalPage(sentence: string): AuthorizeAnswer {
  return { status: 400, html: messagePage('Cannot authorize', sentence) };
}
