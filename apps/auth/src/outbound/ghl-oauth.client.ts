import {
  ghlLocationReplySchema,
  ghlOAuthPaths,
  ghlRequest,
  ghlScopes,
  ghlTokenReplySchema,
  isTokenExpired,
  parseGhlError,
} from '@firmbridge/ghl-api';
import type { AppCredentials } from '../config.js';
import { isTransient, unavailable, unreadable } from './answers.js';
import type { AccountOutcome, Called, OauthClient, TokenOutcome } from './oauth-client.js';
import type { HttpAnswer, ProviderHttp } from './provider-http.js';

export interface GhlOauthOptions {
  readonly http: ProviderHttp;
  readonly origin: string;
  readonly authorizeUrl: string;
  readonly credentials: AppCredentials;
  readonly redirectUri: string;
}

/** GoHighLevel. Refresh tokens are single-use: each refresh brings the next one. */
export class GhlOauthClient implements OauthClient {
  constructor(private readonly options: GhlOauthOptions) {}

  get apiOrigin(): string {
    return this.options.origin;
  }

  authorizeUrl(state: string): string {
    const url = new URL(this.options.authorizeUrl);
    const parameters = {
      response_type: 'code',
      redirect_uri: this.options.redirectUri,
      client_id: this.options.credentials.clientId,
      scope: ghlScopes.join(' '),
      state,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  exchange(code: string): Promise<Called<TokenOutcome>> {
    const { redirectUri } = this.options;
    return this.token('exchange-code', { grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  }

  refresh(refreshToken: string): Promise<Called<TokenOutcome>> {
    return this.token('refresh-token', { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  readAccount(accessToken: string, accountId: string | null): Promise<Called<AccountOutcome>> {
    if (accountId === null) {
      const reason =
        'The app was installed for a whole agency. Install it again and choose one sub-account (location).';
      return Promise.resolve({ kind: 'forbidden', reason, calls: [] });
    }
    return readGhlLocation(this.options, accessToken, accountId);
  }

  private async token(operation: string, grant: Record<string, string>): Promise<Called<TokenOutcome>> {
    const { clientId, clientSecret } = this.options.credentials;
    const answer = await this.options.http.send({
      provider: 'ghl',
      operation: `ghl.${operation}`,
      url: this.options.origin + ghlOAuthPaths.token,
      form: { client_id: clientId, client_secret: clientSecret, user_type: 'Location', ...grant },
    });
    return { ...outcomeOf(answer), calls: [answer.record] };
  }
}

/** The name of a location, by any token of it. */
export async function readGhlLocation(
  { http, origin }: { readonly http: ProviderHttp; readonly origin: string },
  accessToken: string,
  locationId: string,
): Promise<Called<AccountOutcome>> {
  const request = ghlRequest('locations.get', { params: { locationId } });
  const answer = await http.send({
    provider: 'ghl',
    operation: 'ghl.locations.get',
    url: origin + request.path,
    bearer: accessToken,
    headers: request.headers,
  });
  return { ...accountOf(answer, locationId), calls: [answer.record] };
}

function outcomeOf(answer: HttpAnswer): TokenOutcome {
  if (isTransient(answer)) return unavailable('GoHighLevel', answer);
  if (answer.status === 200 || answer.status === 201) return grantOf(answer.body);
  const { messages } = parseGhlError(answer.body);
  const said = messages.join(' ').slice(0, 200);
  if (/client.?(id|secret|credentials)|invalid_client/i.test(said)) {
    const reason = `GoHighLevel refused our app (${said}): check GHL_CLIENT_ID and GHL_CLIENT_SECRET.`;
    return { kind: 'misconfigured', reason };
  }
  // HighLevel publishes no list of token errors: what it refuses for no other reason is dead.
  return { kind: 'refused', reason: `GoHighLevel no longer accepts it (${said}).` };
}

function grantOf(body: unknown): TokenOutcome {
  const token = ghlTokenReplySchema.safeParse(body);
  if (!token.success) return unreadable('GoHighLevel');
  const {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: expiresInSeconds,
    locationId,
  } = token.data;
  const grant = { accessToken, refreshToken: refreshToken || null, expiresInSeconds, accountId: locationId || null };
  return { kind: 'granted', grant };
}

function accountOf(answer: HttpAnswer, locationId: string): AccountOutcome {
  if (isTransient(answer)) return unavailable('GoHighLevel', answer);
  if (answer.status === 401 && isTokenExpired(401, answer.body)) {
    return { kind: 'unauthorized', reason: 'GoHighLevel does not accept the token.' };
  }
  if (answer.status !== 200) {
    const said = parseGhlError(answer.body).messages.join(' ').slice(0, 200);
    return {
      kind: 'forbidden',
      reason: `GoHighLevel does not show the location ${locationId} to this token (${said}).`,
    };
  }
  const parsed = ghlLocationReplySchema.safeParse(answer.body);
  if (!parsed.success || parsed.data.location.id !== locationId) return unreadable('GoHighLevel');
  return { kind: 'known', accountId: locationId, accountName: parsed.data.location.name || `Location ${locationId}` };
}
