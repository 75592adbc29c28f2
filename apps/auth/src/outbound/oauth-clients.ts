import type { ClioRegion } from '@firmbridge/clio-api';
import { AppError, type Provider, type Region } from '@firmbridge/contracts';
import type { AppCredentials, AuthConfig } from '../config.js';
import { untilAnswered } from './answers.js';
import { ClioOauthClient } from './clio-oauth.client.js';
import { GhlOauthClient, readGhlLocation } from './ghl-oauth.client.js';
import type { AccountOutcome, Called, OauthClient } from './oauth-client.js';
import { ProviderHttp } from './provider-http.js';

export interface OauthClientsOptions {
  readonly config: AuthConfig;
  readonly clock: () => Date;
  readonly random: () => number;
}

/** The sign-ins that this installation is configured for. */
export class OauthClients {
  private readonly http: ProviderHttp;

  constructor(private readonly options: OauthClientsOptions) {
    this.http = new ProviderHttp({ clock: options.clock, timeoutMs: options.config.tokens.callTimeoutMs });
  }

  /** Throws a sentence that names the variables to set when the provider or region has no app. */
  of(provider: Provider, region: Region): OauthClient {
    return provider === 'clio' ? this.clio(region) : this.ghl(region);
  }

  /** The account of a token, asked again when the provider is briefly away. */
  readAccount(client: OauthClient, accessToken: string, accountId: string | null): Promise<Called<AccountOutcome>> {
    return this.patiently(() => client.readAccount(accessToken, accountId));
  }

  /** The location of a private integration token; needs no app. */
  readLocation(accessToken: string, locationId: string): Promise<Called<AccountOutcome>> {
    const { origin } = this.options.config.ghl;
    return this.patiently(() => readGhlLocation({ http: this.http, origin }, accessToken, locationId));
  }

  private patiently(read: () => Promise<Called<AccountOutcome>>): Promise<Called<AccountOutcome>> {
    return untilAnswered(read, { random: this.options.random, attempts: 3, pauseMs: 300 });
  }

  private clio(region: Region): OauthClient {
    if (region === 'global') throw wrongRegion('clio', region);
    const { origin, credentials } = this.options.config.clio[region];
    const variables = `CLIO_${region.toUpperCase()}_CLIENT_ID and CLIO_${region.toUpperCase()}_CLIENT_SECRET`;
    return new ClioOauthClient({
      http: this.http,
      region: region satisfies ClioRegion,
      origin,
      credentials: configured(credentials, variables, `Clio accounts of the region ${region.toUpperCase()}`),
      redirectUri: this.redirectUri('clio'),
    });
  }

  private ghl(region: Region): OauthClient {
    if (region !== 'global') throw wrongRegion('ghl', region);
    const { origin, authorizeUrl, credentials } = this.options.config.ghl;
    return new GhlOauthClient({
      http: this.http,
      origin,
      authorizeUrl,
      credentials: configured(credentials, 'GHL_CLIENT_ID and GHL_CLIENT_SECRET', 'GoHighLevel locations'),
      redirectUri: this.redirectUri('ghl'),
    });
  }

  private redirectUri(provider: Provider): string {
    return `${this.options.config.publicUrl}/oauth/callback/${provider}`;
  }
}

function configured(credentials: AppCredentials | null, variables: string, what: string): AppCredentials {
  if (credentials !== null) return credentials;
  throw new AppError('validation', 'provider.not_configured', `Set ${variables} to connect ${what}.`, {
    details: { variables },
  });
}

function wrongRegion(provider: Provider, region: Region): AppError {
  return new AppError('validation', 'provider.wrong_region', `The provider ${provider} has no region ${region}.`);
}
