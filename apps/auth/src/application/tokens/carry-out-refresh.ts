import { AppError, isAppError, messageOf } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { refreshCooldownMs } from '../../domain/refresh-cooldown.js';
import { planTokenLife } from '../../domain/token-life.js';
import type { Grant, TokenOutcome } from '../../outbound/oauth-client.js';
import type { OauthClients } from '../../outbound/oauth-clients.js';
import type { CallRecord } from '../../outbound/provider-http.js';
import { extendLease, pauseRefresh, storeRefreshed, type Credential } from '../../persistence/credential.repository.js';
import type { TokenSeal } from '../../persistence/token-seal.js';
import type { RequireReauthorization } from '../connections/require-reauthorization.js';
import { callMessages, type Conversation } from '../conversation.js';
import { withLease } from './lease-keeper.js';
import type { RefreshMeter, RefreshResult } from './refresh-meter.js';
import type { Renewal, RenewTokens } from './renew-tokens.js';

/** `settled`: the stored credential tells the rest (a new token, or a dead grant). */
export type RefreshOutcome = { readonly kind: 'settled' } | { readonly kind: 'failed'; readonly error: AppError };

/** A credential whose lease is taken. */
export interface Leased {
  readonly owner: string;
  readonly credential: Credential;
  readonly conversation: Conversation;
}

export interface CarryOutParts {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly seal: TokenSeal;
  readonly clients: OauthClients;
  readonly renewTokens: RenewTokens;
  readonly requireReauthorization: RequireReauthorization;
  readonly meter: RefreshMeter;
  readonly leaseMs: number;
  readonly clock: () => Date;
  readonly random: () => number;
}

const storeForMs = 90_000;
const misconfiguredPauseMs = 60_000;
export const settled: RefreshOutcome = { kind: 'settled' };

/** The part of a refresh behind its lease: asks the provider and keeps what came of it. See RefreshCredential. */
export class CarryOutRefresh {
  private readonly logger = new Logger(CarryOutRefresh.name);

  constructor(private readonly parts: CarryOutParts) {}

  execute(leased: Leased): Promise<RefreshOutcome> {
    const { database, leaseMs } = this.parts;
    const { tenantId, connectionId } = leased.credential;
    const extend = () => database.inTenant(tenantId, (tx) => extendLease(tx, connectionId, leased.owner, leaseMs));
    return withLease({ everyMs: leaseMs / 3, extend, logger: this.logger }, () => this.refresh(leased));
  }

  private async refresh(leased: Leased): Promise<RefreshOutcome> {
    const renewal = await this.renew(leased);
    const { outcome } = renewal;
    if (outcome.kind === 'granted') return this.keep(leased, outcome.grant, renewal);
    if (outcome.kind === 'refused') return this.bury(leased, outcome.reason, renewal.calls);
    return this.pause(leased, outcome, renewal.calls);
  }

  private async renew({ credential, conversation }: Leased): Promise<Renewal> {
    try {
      const client = await this.parts.clients.of(credential.provider, credential.region);
      return await this.parts.renewTokens.execute(credential, client, conversation);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'provider.not_configured') throw error;
      return { outcome: { kind: 'misconfigured', reason: error.message }, used: null, isRecovered: false, calls: [] };
    }
  }

  private async keep({ credential, conversation }: Leased, grant: Grant, renewal: Renewal): Promise<RefreshOutcome> {
    const { database, outbox, clock } = this.parts;
    const { tenantId, connectionId, generation } = credential;
    const messages = callMessages(renewal.calls, connectionId, conversation, clock());
    const isStored = await this.untilStored(async () => {
      const tokens = await this.sealed(credential, grant, renewal.used);
      return database.inTenant(tenantId, async (tx) => {
        const stored = await storeRefreshed(tx, connectionId, generation, tokens);
        await outbox.add(tx, messages);
        return stored;
      });
    });
    return this.settle(credential, !isStored ? 'superseded' : renewal.isRecovered ? 'recovered' : 'refreshed');
  }

  private async sealed(credential: Credential, grant: Grant, used: string | null) {
    const { seal, random } = this.parts;
    const next = grant.refreshToken ?? used;
    const isRotated = used !== null && next !== used;
    return {
      accessToken: await seal.seal(credential, 'access_token', grant.accessToken),
      refreshToken: next === null ? null : await seal.seal(credential, 'refresh_token', next),
      previousRefreshToken: isRotated ? await seal.seal(credential, 'previous_refresh_token', used) : null,
      life: planTokenLife(grant.expiresInSeconds, random),
    };
  }

  /** The tokens are in this process only: giving up would lose them. */
  private async untilStored(store: () => Promise<boolean>): Promise<boolean> {
    const giveUpAt = performance.now() + storeForMs;
    for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, 5_000)) {
      try {
        return await store();
      } catch (error) {
        if (performance.now() >= giveUpAt) throw error;
        this.logger.warn(`A refreshed token could not be stored yet: ${messageOf(error)}`);
        await sleep(waitMs);
      }
    }
  }

  private async bury(
    { credential, conversation }: Leased,
    said: string,
    calls: readonly CallRecord[],
  ): Promise<RefreshOutcome> {
    const { connectionId, generation, attemptStartedAt } = credential;
    const suspicion =
      attemptStartedAt === null ? '' : ` The answer to a refresh begun at ${attemptStartedAt} never arrived.`;
    const reason = `${said}${suspicion} Connect the account again.`;
    const dead = { connectionId, generation, reason, calls };
    const fate = await this.parts.requireReauthorization.execute(dead, conversation);
    return this.settle(credential, fate === 'parked' ? 'dead' : 'superseded');
  }

  private async pause(
    { credential, conversation, owner }: Leased,
    outcome: Extract<TokenOutcome, { kind: 'misconfigured' | 'unavailable' }>,
    calls: readonly CallRecord[],
  ): Promise<RefreshOutcome> {
    const { tenantId, connectionId, failureCount } = credential;
    const asked = outcome.kind === 'misconfigured' ? misconfiguredPauseMs : outcome.retryAfterMs;
    const pauseMs = refreshCooldownMs(failureCount + 1, this.parts.random, asked);
    const messages = callMessages(calls, connectionId, conversation, this.parts.clock());
    await this.parts.database.inTenant(tenantId, async (tx) => {
      await pauseRefresh(tx, connectionId, owner, {
        pauseMs,
        isSuspect: outcome.kind === 'unavailable' && outcome.isUnknown,
      });
      await this.parts.outbox.add(tx, messages);
    });
    this.settle(credential, outcome.kind);
    const code = outcome.kind === 'misconfigured' ? 'provider.app_refused' : 'provider.unavailable';
    return failed(code, outcome.reason, pauseMs);
  }

  private settle({ provider }: Credential, result: RefreshResult): RefreshOutcome {
    this.parts.meter.count(provider, result);
    return settled;
  }
}

export function failed(code: string, message: string, retryAfterMs: number): RefreshOutcome {
  return { kind: 'failed', error: new AppError('unavailable', code, message, { retryAfterMs }) };
}
