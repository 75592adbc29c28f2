import { AppError, envelopeSchema, isAppError, type Connection, type Provider } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { randomUUID } from 'node:crypto';
import { hashSecret, isSecretOf } from '../../domain/secrets.js';
import type { Grant, OauthClient } from '../../outbound/oauth-client.js';
import type { OauthClients } from '../../outbound/oauth-clients.js';
import type { CallRecord } from '../../outbound/provider-http.js';
import {
  findOauthStateOfBrowser,
  findOpenOauthState,
  useOauthState,
  type OauthState,
} from '../../persistence/oauth-state.repository.js';
import type { ReviveLocations } from '../agencies/revive-locations.js';
import type { RecordCalls } from '../record-calls.js';
import type { EstablishConnection } from './establish-connection.js';
import { accountError, exchangeError } from './provider-refusals.js';
import { unknownState } from './show-authorization.js';

/** What the provider sent the browser back with. */
export interface ReturnedAuthorization {
  readonly provider: Provider;
  readonly state: string | null;
  readonly code: string | null;
  readonly error: string | null;
  /** Of the browser's cookie. */
  readonly nonce: string | null;
}

export type AuthorizationResult =
  | { readonly kind: 'connected'; readonly connection: Connection; readonly returnTo: string | null }
  /** Its locations are connected one by one. */
  | { readonly kind: 'agency_connected'; readonly agency: Connection; readonly returnTo: string | null }
  | { readonly kind: 'declined'; readonly provider: Provider; readonly returnTo: string | null }
  | { readonly kind: 'refused'; readonly error: AppError; readonly returnTo: string | null };

export interface CompleteParts {
  readonly database: Database;
  readonly clients: OauthClients;
  readonly establish: EstablishConnection;
  readonly reviveLocations: ReviveLocations;
  readonly recordCalls: RecordCalls;
}

/** Turns a person's consent into a connection, in the browser that began. A state is good for one attempt, whatever comes of it. */
export class CompleteAuthorization {
  constructor(private readonly parts: CompleteParts) {}

  async execute(returned: ReturnedAuthorization): Promise<AuthorizationResult> {
    const signIn = await this.takeSignIn(returned);
    const { returnTo, provider } = signIn;
    if (returned.error === 'access_denied') return { kind: 'declined', provider, returnTo };
    try {
      return await this.connect(signIn, returned);
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { kind: 'refused', error, returnTo };
    }
  }

  private async takeSignIn(returned: ReturnedAuthorization): Promise<OauthState> {
    const { provider, nonce } = returned;
    const signIn = await this.findSignIn(returned);
    if (signIn === null || signIn.provider !== provider) throw unknownState();
    if (nonce === null || signIn.nonceHash === null || !isSecretOf(signIn.nonceHash, nonce)) {
      const message = 'This sign-in was begun in another browser. Start again from Firmbridge in this one.';
      throw new AppError('forbidden', 'oauth.other_browser', message);
    }
    const { tenantId, stateHash } = signIn;
    const isOurs = await this.parts.database.inTenant(tenantId, (tx) => useOauthState(tx, stateHash));
    if (!isOurs) throw unknownState();
    return signIn;
  }

  /** That HighLevel hands the state back is not documented; without it the browser's cookie has to do. */
  private async findSignIn({ provider, state, code, error, nonce }: ReturnedAuthorization) {
    const { database } = this.parts;
    if (state !== null) return database.acrossTenants((tx) => findOpenOauthState(tx, hashSecret(state)));
    if (provider !== 'ghl' || nonce === null || (code === null && error === null)) return null;
    return database.acrossTenants((tx) => findOauthStateOfBrowser(tx, provider, hashSecret(nonce)));
  }

  private async connect(signIn: OauthState, { code, error }: ReturnedAuthorization): Promise<AuthorizationResult> {
    if (code === null) {
      const message = `The provider sent you back without a code (${error ?? 'no reason given'}).`;
      throw new AppError('validation', 'oauth.no_code', message);
    }
    const { tenantId, provider, region, correlationId, returnTo } = signIn;
    const conversation = { tenantId, correlationId, actor: envelopeSchema.shape.actor.parse(signIn.actor) };
    const client = await this.parts.clients.of(provider, region);
    const newConnectionId = randomUUID();
    const calls: CallRecord[] = [];
    try {
      const grant = await this.exchange(client, code, calls);
      const { role, accountId, accountName } = await this.readAccount(client, grant, calls);
      const { accessToken, refreshToken, expiresInSeconds } = grant;
      const connection = await this.parts.establish.execute(
        {
          ...{ provider, region, apiOrigin: client.apiOrigin, credential: 'oauth', newConnectionId },
          ...{ role, accountId, accountName, agencyId: null, wantedConnectionId: signIn.connectionId },
          ...{ accessToken, refreshToken, expiresInSeconds, calls },
        },
        conversation,
      );
      if (role === 'account') return { kind: 'connected', connection, returnTo };
      await this.parts.reviveLocations.execute(connection.connectionId, conversation);
      return { kind: 'agency_connected', agency: connection, returnTo };
    } catch (failure) {
      await this.parts.recordCalls.execute(calls, newConnectionId, conversation);
      throw failure;
    }
  }

  private async exchange(client: OauthClient, code: string, calls: CallRecord[]): Promise<Grant> {
    const outcome = await client.exchange(code);
    calls.push(...outcome.calls);
    if (outcome.kind !== 'granted') throw exchangeError(outcome);
    const { grant } = outcome;
    if (grant.refreshToken === null) {
      throw new AppError('malformed', 'oauth.no_refresh_token', 'The provider gave no refresh token.');
    }
    if (grant.account?.role === 'agency' && !grant.scopes.includes('oauth.write')) {
      const message =
        'The app was installed for a whole agency, whose token cannot be exchanged for those of its sub-accounts without the ' +
        'scope oauth.write. Install it again and choose one sub-account (location).';
      throw new AppError('forbidden', 'provider.agency_without_scope', message);
    }
    return grant;
  }

  private async readAccount(client: OauthClient, grant: Grant, calls: CallRecord[]) {
    const outcome = await this.parts.clients.readAccount(client, grant.accessToken, grant.account);
    calls.push(...outcome.calls);
    if (outcome.kind !== 'known') throw accountError(outcome);
    return outcome;
  }
}
