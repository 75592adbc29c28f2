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
import type { AccountOutcome, Called, OauthClient, TokenOutcome } from './oauth-client.js';
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
    const names = `CLIO_${this.options.region.toUpperCase()}_CLIENT_ID and _CLIENT_SECRET`;
    return {
      kind: 'misconfigured',
      reason: `Clio refused our app (${error?.type ?? answer.status}): check ${names}.`,
    };
  }
}

function grantOf(body: unknown): TokenOutcome {
  const token = clioTokenSchema.safeParse(body);
  if (!token.success) return unreadable('Clio');
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresInSeconds } = token.data;
  return {
    kind: 'granted',
    grant: { accessToken, refreshToken: refreshToken ?? null, expiresInSeconds, accountId: null },
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
  return { kind: 'known', accountId: String(id), accountName: name || `Clio account ${id}` };
}
