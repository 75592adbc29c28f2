import { AppError, messageOf } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { refreshCooldownMs } from '../domain/refresh-cooldown.js';
import type { Grant, OauthClient, TokenOutcome } from '../outbound/oauth-client.js';
import type { OauthClients } from '../outbound/oauth-clients.js';
import type { CallRecord } from '../outbound/provider-http.js';
import {
  findCredential,
  lockCredential,
  pauseRefresh,
  storeRefreshed,
  takeLease,
  type Credential,
} from '../persistence/credential.repository.js';
import type { TokenSeal } from '../persistence/token-seal.js';
import { callMessages, type Conversation } from './conversation.js';
import type { RequireReauthorization } from './require-reauthorization.js';

/** `settled`: the stored credential tells the rest (a new token, or a dead grant). */
export type RefreshOutcome = { readonly kind: 'settled' } | { readonly kind: 'failed'; readonly error: AppError };

export interface RefreshTiming {
  readonly leaseMs: number;
  readonly waitMs: number;
}

export interface RefreshParts {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly seal: TokenSeal;
  readonly clients: OauthClients;
  readonly requireReauthorization: RequireReauthorization;
  readonly timing: RefreshTiming;
  readonly clock: () => Date;
  readonly random: () => number;
}

type Claim =
  | { readonly kind: 'leased'; readonly credential: Credential }
  | { readonly kind: 'held' }
  | { readonly kind: 'over'; readonly outcome: RefreshOutcome };

interface Attempt {
  readonly owner: string;
  readonly client: OauthClient;
  readonly credential: Credential;
  readonly conversation: Conversation;
}

const pollMs = 200;
const storeForMs = 90_000;
const misconfiguredPauseMs = 60_000;
const settled: RefreshOutcome = { kind: 'settled' };

/**
 * One refresh at a time for each credential, over all replicas.
 *
 * claim: the row is locked and looked at. Another generation than the caller's: settled. A pause after a failure: failed. A
 * lease of another replica: wait and look again. Else the lease is taken and the attempt recorded, in one commit, which also
 * proves that the database takes writes: a rotated token must not be fetched when it cannot be kept.
 * call: the provider is asked with the stored refresh token.
 * outcome: granted -> stored under the condition that the generation is unchanged, and tried for long, because the old refresh
 * token may be dead. refused -> the row is read again; unchanged, the refresh token of the generation before gets one try;
 * then the grant is dead. Anything else -> a pause with the lease given back; the old token goes on being served.
 *
 * A process that dies between call and store leaves its lease (which runs out) and `attempt_started_at`, and so does a call
 * without an answer: the next attempt mentions it when the grant turns out dead. A holder that is slower than its lease may still store: the generation
 * decides, not the lease.
 */
export class RefreshCredential implements BeforeApplicationShutdown {
  private readonly running = new Map<string, Promise<RefreshOutcome>>();
  private readonly logger = new Logger(RefreshCredential.name);

  constructor(private readonly parts: RefreshParts) {}

  execute(known: Credential, conversation: Conversation): Promise<RefreshOutcome> {
    const running = this.running.get(known.connectionId);
    if (running !== undefined) return running;
    const run = this.run(known, conversation).finally(() => this.running.delete(known.connectionId));
    this.running.set(known.connectionId, run);
    return run;
  }

  /** A token on its way is not lost by a stop. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }

  private async run(known: Credential, conversation: Conversation): Promise<RefreshOutcome> {
    const client = this.parts.clients.of(known.provider, known.region);
    const owner = randomUUID();
    const deadline = performance.now() + this.parts.timing.waitMs;
    for (;;) {
      const claim = await this.claim(known, owner);
      if (claim.kind === 'over') return claim.outcome;
      if (claim.kind === 'leased') return this.refresh({ owner, client, credential: claim.credential, conversation });
      if (performance.now() >= deadline)
        return failed('token.refresh_pending', 'The token is still being refreshed.', 1_000);
      await sleep(pollMs * (0.5 + this.parts.random()));
    }
  }

  private claim({ tenantId, connectionId, generation }: Credential, owner: string): Promise<Claim> {
    return this.parts.database.inTenant(tenantId, async (tx): Promise<Claim> => {
      const credential = await lockCredential(tx, connectionId);
      if (credential === null || credential.status !== 'active' || credential.generation !== generation) {
        return { kind: 'over', outcome: settled };
      }
      if (credential.retryInMs > 0) {
        const message = 'The last refresh of the token failed; the next one is not due yet.';
        return { kind: 'over', outcome: failed('token.refresh_paused', message, credential.retryInMs) };
      }
      if (credential.isLeased) return { kind: 'held' };
      await takeLease(tx, connectionId, owner, this.parts.timing.leaseMs);
      return { kind: 'leased', credential };
    });
  }

  private async refresh(attempt: Attempt): Promise<RefreshOutcome> {
    const { credential, client } = attempt;
    let token = await this.seal.open(credential, 'refresh_token', credential.refreshToken ?? '');
    const previous =
      credential.previousRefreshToken === null
        ? null
        : await this.seal.open(credential, 'previous_refresh_token', credential.previousRefreshToken);
    const first = await client.refresh(token);
    const calls = [...first.calls];
    let outcome: TokenOutcome = first;
    if (first.kind === 'refused' && previous !== null && (await this.isUnchanged(credential))) {
      const second = await client.refresh(previous);
      calls.push(...second.calls.map((call) => ({ ...call, attempt: 2 })));
      [outcome, token] = [second, previous];
    }
    if (outcome.kind === 'granted') return this.keep(attempt, outcome.grant, token, calls);
    if (outcome.kind === 'refused') return this.bury(attempt, outcome.reason, calls);
    return this.pause(attempt, outcome, calls);
  }

  private get seal(): TokenSeal {
    return this.parts.seal;
  }

  private async isUnchanged({ tenantId, connectionId, generation }: Credential): Promise<boolean> {
    const now = await this.parts.database.inTenant(tenantId, (tx) => findCredential(tx, connectionId));
    return now?.generation === generation;
  }

  private async keep(attempt: Attempt, grant: Grant, used: string, calls: CallRecord[]): Promise<RefreshOutcome> {
    const { credential, conversation } = attempt;
    const { tenantId, connectionId, generation } = credential;
    const isRotated = grant.refreshToken !== null && grant.refreshToken !== used;
    const sealed = async () => ({
      accessToken: await this.seal.seal(credential, 'access_token', grant.accessToken),
      refreshToken: await this.seal.seal(credential, 'refresh_token', grant.refreshToken ?? used),
      previousRefreshToken: isRotated ? await this.seal.seal(credential, 'previous_refresh_token', used) : null,
      expiresInSeconds: grant.expiresInSeconds,
    });
    const messages = callMessages(calls, connectionId, conversation, this.parts.clock());
    await this.untilStored(async () => {
      const tokens = await sealed();
      await this.parts.database.inTenant(tenantId, async (tx) => {
        await storeRefreshed(tx, connectionId, generation, tokens);
        await this.parts.outbox.add(tx, messages);
      });
    });
    return settled;
  }

  /** The tokens are in this process only: giving up would lose them. */
  private async untilStored(store: () => Promise<void>): Promise<void> {
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
    { credential, conversation }: Attempt,
    said: string,
    calls: CallRecord[],
  ): Promise<RefreshOutcome> {
    const { connectionId, generation, attemptStartedAt } = credential;
    const suspicion =
      attemptStartedAt === null ? '' : ` The answer to a refresh begun at ${attemptStartedAt} never arrived.`;
    const reason = `${said}${suspicion} Connect the account again.`;
    await this.parts.requireReauthorization.execute({ connectionId, generation, reason, calls }, conversation);
    return settled;
  }

  private async pause(
    { credential, conversation, owner }: Attempt,
    outcome: Extract<TokenOutcome, { kind: 'misconfigured' | 'unavailable' }>,
    calls: CallRecord[],
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
    const code = outcome.kind === 'misconfigured' ? 'provider.app_refused' : 'provider.unavailable';
    return failed(code, outcome.reason, pauseMs);
  }
}

function failed(code: string, message: string, retryAfterMs: number): RefreshOutcome {
  return { kind: 'failed', error: new AppError('unavailable', code, message, { retryAfterMs }) };
}
