import { AppError, envelopeSchema, isAppError, type Connection, type Provider } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { randomUUID } from 'node:crypto';
import { hashSecret, isSecretOf } from '../domain/secrets.js';
import type { AccountOutcome, Grant, OauthClient, TokenOutcome } from '../outbound/oauth-client.js';
import type { OauthClients } from '../outbound/oauth-clients.js';
import type { CallRecord } from '../outbound/provider-http.js';
import { findOpenOauthState, useOauthState, type OauthState } from '../persistence/oauth-state.repository.js';
import type { EstablishConnection } from './establish-connection.js';
import { unknownState } from './open-authorization.js';
import type { RecordCalls } from './record-calls.js';

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
  | { readonly kind: 'declined'; readonly provider: Provider; readonly returnTo: string | null }
  | { readonly kind: 'refused'; readonly error: AppError; readonly returnTo: string | null };

/** Turns a person's consent into a connection. A state is good for one attempt, whatever comes of it. */
export class CompleteAuthorization {
  constructor(
    private readonly database: Database,
    private readonly clients: OauthClients,
    private readonly establish: EstablishConnection,
    private readonly recordCalls: RecordCalls,
  ) {}

  async execute(returned: ReturnedAuthorization): Promise<AuthorizationResult> {
    const signIn = await this.takeSignIn(returned);
    const { returnTo, provider } = signIn;
    if (returned.error === 'access_denied') return { kind: 'declined', provider, returnTo };
    try {
      return { kind: 'connected', connection: await this.connect(signIn, returned), returnTo };
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { kind: 'refused', error, returnTo };
    }
  }

  private async takeSignIn({ provider, state, nonce }: ReturnedAuthorization): Promise<OauthState> {
    const by =
      state !== null ? { stateHash: hashSecret(state) } : nonce !== null ? { nonceHash: hashSecret(nonce) } : null;
    if (by === null) throw unknownState();
    const signIn = await this.database.acrossTenants((tx) => findOpenOauthState(tx, by));
    if (signIn === null || signIn.provider !== provider) throw unknownState();
    if (signIn.nonceHash !== null && (nonce === null || !isSecretOf(signIn.nonceHash, nonce))) {
      const message = 'This sign-in was begun in another browser. Start again from Firmbridge in this one.';
      throw new AppError('forbidden', 'oauth.other_browser', message);
    }
    const isOurs = await this.database.inTenant(signIn.tenantId, (tx) => useOauthState(tx, signIn.stateHash));
    if (!isOurs) throw unknownState();
    return signIn;
  }

  private async connect(signIn: OauthState, { code, error }: ReturnedAuthorization): Promise<Connection> {
    if (code === null) {
      const message = `The provider sent you back without a code (${error ?? 'no reason given'}).`;
      throw new AppError('validation', 'oauth.no_code', message);
    }
    const { tenantId, provider, region, correlationId } = signIn;
    const conversation = { tenantId, correlationId, actor: envelopeSchema.shape.actor.parse(signIn.actor) };
    const client = this.clients.of(provider, region);
    const newConnectionId = randomUUID();
    const calls: CallRecord[] = [];
    try {
      const grant = await this.exchange(client, code, calls);
      const account = await this.readAccount(client, grant, calls);
      const { accessToken, refreshToken, expiresInSeconds } = grant;
      return await this.establish.execute(
        {
          ...{ provider, region, apiOrigin: client.apiOrigin, credential: 'oauth', newConnectionId },
          ...{ accountId: account.accountId, accountName: account.accountName },
          ...{ accessToken, refreshToken, expiresInSeconds, calls },
        },
        conversation,
      );
    } catch (failure) {
      await this.recordCalls.execute(calls, newConnectionId, conversation);
      throw failure;
    }
  }

  private async exchange(client: OauthClient, code: string, calls: CallRecord[]): Promise<Grant> {
    const outcome = await client.exchange(code);
    calls.push(...outcome.calls);
    if (outcome.kind !== 'granted') throw exchangeError(outcome);
    if (outcome.grant.refreshToken !== null) return outcome.grant;
    throw new AppError('malformed', 'oauth.no_refresh_token', 'The provider gave no refresh token.');
  }

  private async readAccount(client: OauthClient, grant: Grant, calls: CallRecord[]) {
    const outcome = await this.clients.readAccount(client, grant.accessToken, grant.accountId);
    calls.push(...outcome.calls);
    if (outcome.kind !== 'known') throw accountError(outcome);
    return outcome;
  }
}

function exchangeError(outcome: Exclude<TokenOutcome, { kind: 'granted' }>): AppError {
  switch (outcome.kind) {
    case 'refused':
      return new AppError('validation', 'oauth.code_refused', `${outcome.reason} Start again from Firmbridge.`);
    case 'misconfigured':
      return new AppError('unavailable', 'provider.app_refused', outcome.reason);
    case 'unavailable':
      return new AppError('unavailable', 'provider.unavailable', `${outcome.reason} Try again in a moment.`);
  }
}

export function accountError(outcome: Exclude<AccountOutcome, { kind: 'known' }>): AppError {
  switch (outcome.kind) {
    case 'unauthorized':
      return new AppError('unauthorized', 'provider.token_refused', outcome.reason);
    case 'forbidden':
      return new AppError('forbidden', 'provider.account_hidden', outcome.reason);
    case 'unavailable':
      return new AppError('unavailable', 'provider.unavailable', `${outcome.reason} Try again in a moment.`);
  }
}
