import type { ClioRegion } from '@firmbridge/clio-api';
import { AppError, type Provider, type Region } from '@firmbridge/contracts';
import type { AppCredentials, AuthConfig } from '../config.js';
import type { AccountRef } from '../domain/connection-role.js';
import { untilAnswered } from './answers.js';
import { ClioOauthClient } from './clio-oauth.client.js';
import { GhlOauthClient, readGhlLocation } from './ghl-oauth.client.js';
import type { AccountOutcome, Called, OauthClient } from './oauth-client.js';
import { ProviderHttp } from './provider-http.js';

/** The app by which we are known in a region. */
export interface KnownApp extends AppCredentials {
  readonly versionId: string | null;
}

export interface OauthClientsOptions {
  readonly config: AuthConfig;
  readonly clock: () => Date;
  readonly random: () => number;
  /** Asked at each use: an app that was set anew holds from the next call on. */
  readonly appOf: (provider: Provider, region: Region) => Promise<KnownApp | null>;
}

/** The sign-ins that this installation has an app for. */
export class OauthClients {
  private readonly http: ProviderHttp;

  constructor(private readonly options: OauthClientsOptions) {
    this.http = new ProviderHttp({ clock: options.clock, timeoutMs: options.config.tokens.callTimeoutMs });
  }

  /** Throws a sentence that says where to set the app when the provider or region has none. */
  of(provider: Provider, region: Region): Promise<OauthClient> {
    return provider === 'clio' ? this.clio(region) : this.ghl(region);
  }

  async ghl(region: Region = 'global'): Promise<GhlOauthClient> {
    if (region !== 'global') throw wrongRegion('ghl', region);
    const { origin, authorizeUrl, hasAgencyScopes } = this.options.config.ghl;
    const { versionId, ...credentials } = await this.app('ghl', region, 'GHL', 'GoHighLevel locations');
    const redirectUri = this.redirectUri('ghl');
    return new GhlOauthClient({
      ...{ http: this.http, origin, authorizeUrl, hasAgencyScopes },
      ...{ credentials, versionId, redirectUri },
    });
  }

  /** The account of a token, asked again when the provider is briefly away. */
  readAccount(client: OauthClient, accessToken: string, account: AccountRef | null): Promise<Called<AccountOutcome>> {
    return this.patiently(() => client.readAccount(accessToken, account));
  }

  /** The location of a private integration token; needs no app. */
  readLocation(accessToken: string, locationId: string): Promise<Called<AccountOutcome>> {
    const { origin } = this.options.config.ghl;
    return this.patiently(() => readGhlLocation({ http: this.http, origin }, accessToken, locationId));
  }

  /** Exactly what is registered with the app. */
  redirectUri(provider: Provider): string {
    return `${this.options.config.publicUrl}/oauth/callback/${provider}`;
  }

  private patiently(read: () => Promise<Called<AccountOutcome>>): Promise<Called<AccountOutcome>> {
    return untilAnswered(read, { random: this.options.random, attempts: 3, pauseMs: 300 });
  }

  private async clio(region: Region): Promise<OauthClient> {
    if (region === 'global') throw wrongRegion('clio', region);
    const { origin } = this.options.config.clio[region];
    const place = region.toUpperCase();
    return new ClioOauthClient({
      http: this.http,
      region: region satisfies ClioRegion,
      origin,
      credentials: await this.app('clio', region, `CLIO_${place}`, `Clio accounts of the region ${place}`),
      redirectUri: this.redirectUri('clio'),
    });
  }

  private async app(provider: Provider, region: Region, prefix: string, what: string): Promise<KnownApp> {
    const app = await this.options.appOf(provider, region);
    if (app !== null) return app;
    const variables = `${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET`;
    const message = `Set the app's id and secret in Settings, or ${variables}, to connect ${what}.`;
    throw new AppError('validation', 'provider.not_configured', message, { details: { variables } });
  }
}

function wrongRegion(provider: Provider, region: Region): AppError {
  return new AppError('validation', 'provider.wrong_region', `The provider ${provider} has no region ${region}.`);
}
