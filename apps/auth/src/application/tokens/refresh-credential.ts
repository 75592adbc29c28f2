import type { Database } from '@firmbridge/database';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockCredential, takeLease, type Credential } from '../../persistence/credential.repository.js';
import type { Conversation } from '../conversation.js';
import { withinStop } from '../within-stop.js';
import { failed, settled, type CarryOutRefresh, type Leased, type RefreshOutcome } from './carry-out-refresh.js';

export interface RefreshTiming {
  readonly leaseMs: number;
  readonly waitMs: number;
}

export interface RefreshParts {
  readonly database: Database;
  readonly carryOut: CarryOutRefresh;
  readonly timing: RefreshTiming;
  readonly random: () => number;
}

type Claim =
  | { readonly kind: 'leased'; readonly credential: Credential }
  | { readonly kind: 'held' }
  | { readonly kind: 'over'; readonly outcome: RefreshOutcome };

const pollMs = 200;

/**
 * One refresh at a time for each credential, over all replicas.
 *
 * claim: the row is locked and looked at. Another generation than the caller's: settled. A pause after a failure: failed. A
 * lease of another replica: wait and look again. Else the lease is taken and the attempt recorded, in one commit, which also
 * proves that the database takes writes: a rotated token must not be fetched when it cannot be kept.
 * call: the provider is asked (RenewTokens), for as long as it takes; the lease is extended meanwhile.
 * outcome: granted -> stored under the condition that the generation is unchanged, and tried for long, because the old refresh
 * token may be dead. refused -> the row is read again; unchanged, the grant is dead. Anything else -> a pause with the lease
 * given back; the old token goes on being served.
 *
 * A process that dies between call and store leaves its lease (which runs out soon) and `attempt_started_at`, and so does a
 * call without an answer: the next attempt mentions it when the grant turns out dead. A holder that is slower than its lease may
 * still store: the generation decides, not the lease.
 */
export class RefreshCredential implements BeforeApplicationShutdown {
  private readonly running = new Map<string, Promise<RefreshOutcome>>();
  private isStopping = false;

  constructor(private readonly parts: RefreshParts) {}

  async execute(known: Credential, conversation: Conversation): Promise<RefreshOutcome> {
    if (this.isStopping && !this.running.has(known.connectionId)) {
      return failed('token.refresh_pending', 'This process is stopping; another one refreshes the token.', 1_000);
    }
    return this.once(known.connectionId, () => this.run(known, conversation));
  }

  /** Goes on with a credential that was claimed already. */
  carryOut(leased: Leased): Promise<RefreshOutcome> {
    return this.once(leased.credential.connectionId, () => this.parts.carryOut.execute(leased), true);
  }

  /** A token on its way is not lost by a stop, unless the provider takes longer than a stop may; none is begun any more. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await withinStop(Promise.allSettled(this.running.values()));
  }

  /** Callers of this process share one run; `isOwn` is a run of its own right, beside one that only waits for the lease. */
  private once(id: string, work: () => Promise<RefreshOutcome>, isOwn = false): Promise<RefreshOutcome> {
    const running = this.running.get(id);
    if (running !== undefined && !isOwn) return running;
    const run = work().finally(() => {
      if (this.running.get(id) === run) this.running.delete(id);
    });
    this.running.set(id, run);
    return run;
  }

  private async run(known: Credential, conversation: Conversation): Promise<RefreshOutcome> {
    const owner = randomUUID();
    const deadline = performance.now() + this.parts.timing.waitMs;
    for (;;) {
      const claim = await this.claim(known, owner);
      if (claim.kind === 'over') return claim.outcome;
      if (claim.kind === 'leased') {
        return this.parts.carryOut.execute({ owner, credential: claim.credential, conversation });
      }
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
      await takeLease(tx, credential, owner, this.parts.timing.leaseMs);
      return { kind: 'leased', credential };
    });
  }
}
