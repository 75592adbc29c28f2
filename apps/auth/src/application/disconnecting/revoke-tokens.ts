import { isAppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { revocationAttempts, revocationPauseMs } from '../../domain/revocation-pause.js';
import type { OauthClients } from '../../outbound/oauth-clients.js';
import type { HeldTokens, RevocationOutcome } from '../../outbound/oauth-client.js';
import type { CallRecord } from '../../outbound/provider-http.js';
import { findCredential, type Credential } from '../../persistence/credential.repository.js';
import {
  postponeRevocation,
  takeRevocation,
  type OpenDisconnection,
} from '../../persistence/sagas/disconnection.repository.js';
import type { TokenSeal } from '../../persistence/token-seal.js';
import { conversationOf } from '../conversation.js';
import type { RecordCalls } from '../record-calls.js';
import type { RenewTokens } from '../tokens/renew-tokens.js';
import type { EndConnection, Fate } from './end-connection.js';

export interface RevokeParts {
  readonly database: Database;
  readonly clients: OauthClients;
  readonly seal: TokenSeal;
  readonly renewTokens: RenewTokens;
  readonly endConnection: EndConnection;
  readonly recordCalls: RecordCalls;
  readonly random: () => number;
}

/** Longer than the calls of one attempt take. */
const leaseMs = 3 * 60_000;
/** Less than this is too little to make the call with. */
const leastUseMs = 10_000;

/**
 * Revokes the token of one connection whose work has stopped, and ends the connection; false when there is none. A provider that
 * cannot be reached is asked again for a while; after that, and when it has no way to revoke, our copy is destroyed all the same
 * and the record says what a person has to do there.
 */
export class RevokeTokens {
  constructor(private readonly parts: RevokeParts) {}

  async execute(): Promise<boolean> {
    const saga = await this.parts.database.acrossTenants((tx) => takeRevocation(tx, leaseMs));
    if (saga === null) return false;
    const calls: CallRecord[] = [];
    const outcome = await this.attempt(saga, calls);
    if (outcome.kind === 'unavailable' && saga.revocationAttempts < revocationAttempts) {
      await this.postpone(saga, outcome);
      await this.parts.recordCalls.execute(calls, saga.connectionId, conversationOf(saga));
    } else {
      await this.parts.endConnection.execute(saga, fateOf(outcome), calls);
    }
    return true;
  }

  private async attempt(saga: OpenDisconnection, calls: CallRecord[]): Promise<RevocationOutcome> {
    const { tenantId, connectionId } = saga;
    const credential = await this.parts.database.inTenant(tenantId, (tx) => findCredential(tx, connectionId));
    if (credential === null) return { kind: 'dead' };
    if (credential.kind === 'private_token') return { kind: 'refused', reason: onlyByHand };
    try {
      return await this.revoke(credential, saga, calls);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'provider.not_configured') throw error;
      return { kind: 'refused', reason: error.message };
    }
  }

  /** With the token at hand, and with a new one when that is not taken: an old access token says nothing about the grant. */
  private async revoke(
    credential: Credential,
    saga: OpenDisconnection,
    calls: CallRecord[],
  ): Promise<RevocationOutcome> {
    const client = await this.parts.clients.of(credential.provider, credential.region);
    const atHand = await this.atHand(credential);
    if (atHand !== null) {
      const outcome = await client.revoke(atHand, credential);
      calls.push(...outcome.calls);
      if (outcome.kind !== 'dead') return outcome;
    }
    const renewal = await this.parts.renewTokens.execute(credential, client, conversationOf(saga));
    calls.push(...renewal.calls);
    if (renewal.outcome.kind === 'refused') return { kind: 'dead' };
    if (renewal.outcome.kind === 'misconfigured') return { kind: 'refused', reason: renewal.outcome.reason };
    if (renewal.outcome.kind === 'unavailable') return renewal.outcome;
    const { accessToken, refreshToken } = renewal.outcome.grant;
    const outcome = await client.revoke({ accessToken, refreshToken: refreshToken ?? renewal.used }, credential);
    calls.push(...outcome.calls);
    return outcome;
  }

  private async atHand(credential: Credential): Promise<HeldTokens | null> {
    if (credential.expiresInMs !== null && credential.expiresInMs < leastUseMs) return null;
    const { refreshToken } = credential;
    return {
      accessToken: await this.parts.seal.open(credential, 'access_token', credential.accessToken),
      refreshToken:
        refreshToken === null ? null : await this.parts.seal.open(credential, 'refresh_token', refreshToken),
    };
  }

  private async postpone(
    { tenantId, disconnectionId, revocationAttempts: attempts }: OpenDisconnection,
    { reason, retryAfterMs }: Extract<RevocationOutcome, { kind: 'unavailable' }>,
  ): Promise<void> {
    const pauseMs = revocationPauseMs(attempts, this.parts.random, retryAfterMs);
    await this.parts.database.inTenant(tenantId, (tx) => postponeRevocation(tx, disconnectionId, reason, pauseMs));
  }
}

const onlyByHand = 'A private integration token can only be deleted by hand.';

function fateOf(outcome: RevocationOutcome): Fate {
  switch (outcome.kind) {
    case 'revoked':
    case 'dead':
      return { revocation: outcome.kind, reason: null };
    case 'refused':
    case 'unavailable':
      return { revocation: 'kept', reason: outcome.reason };
  }
}
