import {
  clioApiPath,
  clioApiVersion,
  clioOauthPaths,
  clioTokenSchema,
  parseClioError,
  type ClioRegion,
} from '@firmbridge/clio-api';
import { z } from 'zod';
import type { AppCredentials } from '../config.js';
import { isTransient, unavailable, unreadable } from './answers.js';
import type {
  AccountOutcome,
  Called,
  HeldTokens,
  OauthClient,
  RevocationOutcome,
  TokenOutcome,
} from './oauth-client.js';
import type { HttpAnswer, ProviderHttp } from './provider-http.js';

export interface ClioOauthOptions {
  readonly http: ProviderHttp;
  readonly region: ClioRegion;
  readonly origin: string;
  readonly credentials: AppCredentials;
  readonly redirectUri: string;
}

const whoAmISchema = z.object({
  data: z.looseObject({
    account: z.looseObject({ id: z.union([z.int(), z.string().min(1)]), name: z.string().nullish() }),
  }),
});

/** Clio Manage in one region. A refresh gives no new refresh token. */
export class ClioOauthClient implements OauthClient {
  constructor(private readonly options: ClioOauthOptions) {}

  get apiOrigin(): string {
    return this.options.origin;
  }

  authorizeUrl(state: string): string {
    const url = new URL(this.options.origin + clioOauthPaths.authorize);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: this.options.credentials.clientId,
      redirect_uri: this.options.redirectUri,
      state,
      // A person who declines would else be left at Clio.
      redirect_on_decline: 'true',
    }).toString();
    return url.href;
  }

  exchange(code: string): Promise<Called<TokenOutcome>> {
    const { redirectUri } = this.options;
    return this.token('exchange-code', { grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  }

  refresh(refreshToken: string): Promise<Called<TokenOutcome>> {
    return this.token('refresh-token', { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  async readAccount(accessToken: string): Promise<Called<AccountOutcome>> {
    const answer = await this.options.http.send({
      provider: 'clio',
      operation: 'clio.who-am-i',
      url: `${this.options.origin}${clioApiPath}/users/who_am_i.json?fields=id,name,account{id,name}`,
      bearer: accessToken,
      headers: { 'X-API-VERSION': clioApiVersion },
    });
    return { ...accountOf(answer), calls: [answer.record] };
  }

  /**
   * Clio says that this ends the access token. Whether the refresh token ends with it is not documented, so that is tried; one
   * that survived is reported, and the access token it gave is ended too.
   */
  async revoke({ accessToken, refreshToken }: HeldTokens): Promise<Called<RevocationOutcome>> {
    const { calls, ...outcome } = await this.deauthorize(accessToken);
    if (outcome.kind !== 'revoked' || refreshToken === null) return { ...outcome, calls };
    const survivor = await this.refresh(refreshToken);
    const made = [...calls, ...survivor.calls];
    if (survivor.kind !== 'granted') return { ...outcome, calls: made };
    const last = await this.deauthorize(survivor.grant.accessToken);
    const reason = 'Clio ended the access token and goes on accepting the refresh token.';
    return { kind: 'refused', reason, calls: [...made, ...last.calls] };
  }

  private async deauthorize(accessToken: string): Promise<Called<RevocationOutcome>> {
    const answer = await this.options.http.send({
      provider: 'clio',
      operation: 'clio.deauthorize',
      url: this.options.origin + clioOauthPaths.deauthorize,
      bearer: accessToken,
      form: { token: accessToken },
    });
    return { ...revocationOf(answer), calls: [answer.record] };
  }

  private async token(operation: string, grant: Record<string, string>): Promise<Called<TokenOutcome>> {
    const { clientId, clientSecret } = this.options.credentials;
    const answer = await this.options.http.send({
      provider: 'clio',
      operation: `clio.${operation}`,
      url: this.options.origin + clioOauthPaths.token,
      form: { client_id: clientId, client_secret: clientSecret, ...grant },
    });
    return { ...this.outcomeOf(answer), calls: [answer.record] };
  }

  private outcomeOf(answer: HttpAnswer): TokenOutcome {
    if (isTransient(answer)) return unavailable('Clio', answer);
    if (answer.status === 200) return grantOf(answer.body);
    const error = parseClioError(answer.body);
    if (error?.type === 'invalid_grant')
      return { kind: 'refused', reason: 'Clio no longer accepts it (invalid_grant).' };
    return {
      kind: 'misconfigured',
      reason: `Clio refused our app of the region ${this.options.region.toUpperCase()} (${error?.type ?? answer.status}): check its id and secret.`,
    };
  }
}

function grantOf(body: unknown): TokenOutcome {
  const token = clioTokenSchema.safeParse(body);
  if (!token.success) return unreadable('Clio');
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresInSeconds } = token.data;
  return {
    kind: 'granted',
    grant: { accessToken, refreshToken: refreshToken ?? null, expiresInSeconds, account: null, scopes: [] },
  };
}

function accountOf(answer: HttpAnswer): AccountOutcome {
  if (answer.status === 401) return { kind: 'unauthorized', reason: 'Clio does not accept the token.' };
  if (answer.status === 403) {
    return {
      kind: 'forbidden',
      reason: 'Clio does not let the app read who signed in: give it the permission Users (read).',
    };
  }
  if (isTransient(answer)) return unavailable('Clio', answer);
  const parsed = whoAmISchema.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) return unreadable('Clio');
  const { id, name } = parsed.data.data.account;
  return { kind: 'known', role: 'account', accountId: String(id), accountName: name || `Clio account ${id}` };
}

function revocationOf(answer: HttpAnswer): RevocationOutcome {
  if (isTransient(answer)) return unavailable('Clio', answer);
  if (answer.status === 200) return { kind: 'revoked' };
  if (answer.status === 401) return { kind: 'dead' };
  return { kind: 'refused', reason: `Clio answered with ${answer.status}.` };
}
