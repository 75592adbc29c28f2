import { randomUUID } from 'node:crypto';
import { messageOf } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { addressesInUse, catchUpSoon } from '../../persistence/webhook-subscription.repository.js';
import { claimWatch, releaseWatch, watchAll, type Watch } from '../../persistence/webhook-watch.repository.js';
import type { ClioWebhooksClient, ClioWebhookState, WebhookTalk } from '../../outbound/clio/clio-webhooks.client.js';
import { judgeSubscription } from '../../domain/webhooks/judge-subscription.js';
import type { Subscription } from '../../domain/webhooks/subscription.js';
import type { SubscriptionSteps } from './subscription-steps.js';

export interface KeepSubscriptionsOptions {
  readonly database: Database;
  readonly client: ClioWebhooksClient;
  readonly steps: SubscriptionSteps;
  readonly random: () => number;
  readonly log: { warn(details: object, message: string): void };
  /** Where Clio reaches us; null when it does not. */
  readonly base: string | null;
  readonly checkMs: number;
}

/** Longer than a look may take: a replica that is too slow finds its calls cut off before another one begins. */
const leaseSeconds = 120;
const lookMs = 100_000;
const soonMs = 1_000;
const longestWaitMs = 15 * 60_000;

/**
 * Looks after the subscriptions of one connection: reads back what Clio has, and creates, renews and replaces what is not as it
 * should be. Of several replicas each takes another connection. Answers false when none was due.
 */
export class KeepSubscriptions {
  constructor(private readonly options: KeepSubscriptionsOptions) {}

  /** Connections from before there were webhooks are looked after, too. */
  begin(): Promise<void> {
    return this.options.database.acrossTenants(watchAll);
  }

  async execute(stopping: AbortSignal): Promise<boolean> {
    const { database, base, log } = this.options;
    if (base === null) return false;
    const watch = await claimWatch(database, leaseSeconds);
    if (watch === null) return false;
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(lookMs)]);
    const talk = { connection: watch.connection, correlationId: randomUUID(), signal };
    try {
      await this.release(watch, { waitMs: await this.look(watch, talk, base), reason: null });
    } catch (error) {
      const waitMs = stopping.aborted ? 0 : Math.min(longestWaitMs, 2_000 * 2 ** Math.min(watch.attempts, 10));
      await this.release(watch, { waitMs, reason: messageOf(error) });
      const { connectionId } = watch.connection;
      if (!stopping.aborted) log.warn({ err: error, connectionId }, 'webhooks could not be looked after; tried again');
    }
    return true;
  }

  /** Answers when to look again. */
  private async look(watch: Watch, talk: WebhookTalk, base: string): Promise<number> {
    const { client, steps, checkMs, random } = this.options;
    await this.catchUpAfterSilence(watch);
    const known = await steps.ensureRows(talk.connection, base);
    const remote = await client.list(talk);
    await this.removeStrays(talk, remote, { base, known });
    let isSettled = true;
    for (const subscription of known) {
      const mine = remote.find(({ url, webhookId }) =>
        subscription.webhookId === null ? url === subscription.url : webhookId === subscription.webhookId,
      );
      const verdict = judgeSubscription(subscription, mine ?? null, { now: watch.now, base });
      isSettled = (await steps.carryOut(talk, { subscription, verdict, now: watch.now, base })) && isSettled;
    }
    return isSettled ? checkMs * (0.75 + 0.25 * random()) : soonMs;
  }

  /** Nobody looked for so long that deliveries may have failed: we, or the way to Clio, were away. */
  private async catchUpAfterSilence({ connection, lookedAt, now }: Watch): Promise<void> {
    const silenceMs = lookedAt === null ? 0 : now.getTime() - lookedAt.getTime();
    if (silenceMs < 2 * this.options.checkMs + 60_000) return;
    await this.options.database.inTenant(connection.tenantId, (tx) => catchUpSoon(tx, connection.connectionId));
  }

  /** Ours by their address, but no subscription knows them: of a creation without an answer, or of a replaced one. */
  private async removeStrays(
    talk: WebhookTalk,
    remote: readonly ClioWebhookState[],
    { base, known }: { base: string; known: readonly Subscription[] },
  ): Promise<void> {
    const { database, client } = this.options;
    const own = new Set(known.map(({ url }) => url));
    const strays = remote.filter(({ url }) => url.startsWith(base) && !own.has(url));
    if (strays.length === 0) return;
    const urls = strays.map(({ url }) => url);
    const used = new Set(await database.acrossTenants((tx) => addressesInUse(tx, urls)));
    for (const { url, webhookId } of strays) if (!used.has(url)) await client.remove(talk, webhookId);
  }

  private release(watch: Watch, release: { waitMs: number; reason: string | null }): Promise<void> {
    return this.options.database.inTenant(watch.connection.tenantId, (tx) => releaseWatch(tx, watch, release));
  }
}
