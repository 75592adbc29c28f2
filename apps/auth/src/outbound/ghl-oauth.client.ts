import {
  ghlAgencyScopes,
  ghlAppIdOf,
  ghlInstalledLocationsReplySchema,
  ghlOAuthPaths,
  ghlReconnectReplySchema,
  ghlRequest,
  ghlScopes,
  ghlUninstallOperation,
  ghlUninstallReplySchema,
  ghlVersionHeader,
  ghlVersionOf,
} from '@firmbridge/ghl-api';
import type { AppCredentials } from '../config.js';
import type { AccountRef, ConnectionRole } from '../domain/connection-role.js';
import { unreadable } from './answers.js';
import {
  exchangeOutcomeOf,
  locationOf,
  refusalOf,
  revocationOf,
  tokenOutcomeOf,
  type ExchangeOutcome,
} from './ghl-answers.js';
import type {
  AccountOutcome,
  Called,
  HeldTokens,
  OauthClient,
  RevocationOutcome,
  TokenOutcome,
} from './oauth-client.js';
import type { HttpAnswer, ProviderHttp } from './provider-http.js';

export interface GhlOauthOptions {
  readonly http: ProviderHttp;
  readonly origin: string;
  readonly authorizeUrl: string;
  readonly credentials: AppCredentials;
  readonly versionId: string | null;
  readonly redirectUri: string;
  /** Whether the app has the scopes by which agencies install it, and by which it can take itself away. */
  readonly hasAgencyScopes: boolean;
}

export interface InstalledLocations {
  readonly locations: readonly { readonly locationId: string; readonly name: string }[];
  readonly total: number;
}

export type InstalledLocationsOutcome =
  ({ readonly kind: 'listed' } & InstalledLocations) | Exclude<AccountOutcome, { kind: 'known' }>;

const userTypes = { account: 'Location', agency: 'Company' } as const satisfies Record<ConnectionRole, string>;

/** GoHighLevel. Refresh tokens are single-use: each refresh brings the next one. */
export class GhlOauthClient implements OauthClient {
  constructor(private readonly options: GhlOauthOptions) {}

  get apiOrigin(): string {
    return this.options.origin;
  }

  authorizeUrl(state: string): string {
    const { authorizeUrl, redirectUri, credentials, versionId, hasAgencyScopes } = this.options;
    const url = new URL(authorizeUrl);
    const parameters = {
      response_type: 'code',
      redirect_uri: redirectUri,
      client_id: credentials.clientId,
      scope: [...ghlScopes, ...(hasAgencyScopes ? ghlAgencyScopes : [])].join(' '),
      state,
      ...(versionId === null ? {} : { version_id: versionId }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  /** Whoever installs decides whether it is a location's token or an agency's, so none is asked for. */
  exchange(code: string): Promise<Called<TokenOutcome>> {
    const { redirectUri } = this.options;
    return this.token('exchange-code', { grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  }

  refresh(refreshToken: string, role: ConnectionRole): Promise<Called<TokenOutcome>> {
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken, user_type: userTypes[role] };
    return this.token('refresh-token', grant);
  }

  /** Asks for a code without a person, which HighLevel gives while the app is still installed there. */
  async recover(account: AccountRef): Promise<Called<TokenOutcome>> {
    const { clientId, clientSecret } = this.options.credentials;
    const owner = account.role === 'agency' ? 'companyId' : 'locationId';
    const answer = await this.send('reconnect', {
      url: this.options.origin + ghlOAuthPaths.reconnect,
      json: { clientKey: clientId, clientSecret, [owner]: account.accountId },
    });
    const calls = [answer.record];
    if (answer.status !== 200 && answer.status !== 201) return { ...tokenOutcomeOf(answer), calls };
    const reply = ghlReconnectReplySchema.safeParse(answer.body);
    if (!reply.success) return { ...unreadable('GoHighLevel'), calls };
    const grant = { grant_type: 'authorization_code', code: reply.data.authorizationCode };
    const exchanged = await this.token('exchange-code', { ...grant, user_type: userTypes[account.role] });
    return { ...exchanged, calls: [...calls, ...exchanged.calls] };
  }

  async readAccount(accessToken: string, account: AccountRef | null): Promise<Called<AccountOutcome>> {
    if (account === null) return { ...unreadable('GoHighLevel'), calls: [] };
    if (account.role === 'account') return readGhlLocation(this.options, accessToken, account.accountId);
    const { accountId } = account;
    const { calls, ...listed } = await this.installedLocations(accessToken, accountId, { skip: 0, limit: 1 });
    if (listed.kind !== 'listed') return { ...listed, calls };
    return { kind: 'known', role: 'agency', accountId, accountName: `Agency ${accountId}`, calls };
  }

  /** The token of a location for that of its agency. */
  async exchangeLocation(agencyToken: string, companyId: string, locationId: string): Promise<Called<ExchangeOutcome>> {
    const request = ghlRequest('oauth.location-token');
    const answer = await this.send('location-token', {
      url: this.options.origin + request.path,
      bearer: agencyToken,
      headers: request.headers,
      form: { companyId, locationId },
    });
    return { ...exchangeOutcomeOf(answer), calls: [answer.record] };
  }

  async installedLocations(
    agencyToken: string,
    companyId: string,
    page: { readonly skip: number; readonly limit: number },
  ): Promise<Called<InstalledLocationsOutcome>> {
    const appId = ghlAppIdOf(this.options.credentials.clientId);
    const request = ghlRequest('oauth.installed-locations', {
      query: { companyId, appId, isInstalled: true, ...page },
    });
    const answer = await this.send('installed-locations', {
      url: `${this.options.origin}${request.path}?${new URLSearchParams(request.query).toString()}`,
      bearer: agencyToken,
      headers: request.headers,
    });
    return { ...listedBy(answer, companyId), calls: [answer.record] };
  }

  /** Uninstalls the app where the token is of: HighLevel has no other way to end one. */
  async revoke({ accessToken }: HeldTokens, account: AccountRef): Promise<Called<RevocationOutcome>> {
    const appId = ghlAppIdOf(this.options.credentials.clientId);
    const owner = account.role === 'agency' ? 'companyId' : 'locationId';
    const answer = await this.send('uninstall', {
      method: ghlUninstallOperation.method,
      url: this.options.origin + ghlUninstallOperation.path.replace('{appId}', encodeURIComponent(appId)),
      bearer: accessToken,
      headers: { [ghlVersionHeader]: ghlVersionOf[ghlUninstallOperation.family] },
      json: { [owner]: account.accountId, reason: 'The account was disconnected in Firmbridge.' },
    });
    const isDone = answer.status !== 200 || ghlUninstallReplySchema.safeParse(answer.body).data?.success !== false;
    const outcome = revocationOf(answer);
    const calls = [answer.record];
    return isDone
      ? { ...outcome, calls }
      : { kind: 'refused', reason: 'GoHighLevel did not uninstall the app.', calls };
  }

  private async token(operation: string, grant: Record<string, string>): Promise<Called<TokenOutcome>> {
    const { clientId, clientSecret } = this.options.credentials;
    const answer = await this.send(operation, {
      url: this.options.origin + ghlOAuthPaths.token,
      form: { client_id: clientId, client_secret: clientSecret, ...grant },
    });
    return { ...tokenOutcomeOf(answer), calls: [answer.record] };
  }

  private send(operation: string, call: Omit<Parameters<ProviderHttp['send']>[0], 'provider' | 'operation'>) {
    return this.options.http.send({ provider: 'ghl', operation: `ghl.${operation}`, ...call });
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
  return { ...locationOf(answer, locationId), calls: [answer.record] };
}

function listedBy(answer: HttpAnswer, companyId: string): InstalledLocationsOutcome {
  const refusal = refusalOf(answer, `the locations of the agency ${companyId}`);
  if (refusal !== null) return refusal;
  const parsed = ghlInstalledLocationsReplySchema.safeParse(answer.body);
  if (!parsed.success) return unreadable('GoHighLevel');
  const { locations, count } = parsed.data;
  const listed = (locations ?? []).map(({ _id: locationId, name }) => ({ locationId, name: name || locationId }));
  return { kind: 'listed', locations: listed, total: count ?? listed.length };
}
