import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, isAppError, type Remains } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { ClioWebhooksClient } from '../../outbound/clio/clio-webhooks.client.js';
import {
  endSubscription,
  livingSubscriptions,
  type SubscriptionRow,
} from '../../persistence/webhook-subscription.repository.js';
import { claimEndingWatch, releaseWatch, type Watch } from '../../persistence/webhook-watch.repository.js';

const removingMs = 20_000;
const leaseSeconds = 40;
/** So often the disconnection waits for Clio; then what remains there ends by itself. */
const mostAttempts = 3;
const reason = 'The account was disconnected.';

/**
 * Deletes the webhooks of a connection that ends, while its token still works. Answers what could not be taken away: with a dead
 * grant nothing can, and what Clio still has then expires by itself.
 */
export class RemoveSubscriptions {
  constructor(
    private readonly database: Database,
    private readonly client: ClioWebhooksClient,
  ) {}

  async execute(tenantId: string, connectionId: string): Promise<Remains[]> {
    const living = await this.database.inTenant(tenantId, (tx) => livingSubscriptions(tx, connectionId));
    if (living.length === 0) return [];
    const watch = await this.takeWatch({ tenantId, connectionId });
    try {
      await this.removeAll(watch, living);
    } catch (error) {
      const isHopeless = isAppError(error) && error.kind === 'unauthorized';
      if (!isHopeless && watch.attempts + 1 < mostAttempts) {
        await this.release(watch, error instanceof Error ? error.message : reason);
        throw error;
      }
      await this.end(watch, living);
      return [remainsOf(watch, living)];
    }
    await this.end(watch, living);
    return [];
  }

  private async removeAll({ connection }: Watch, living: readonly SubscriptionRow[]): Promise<void> {
    const talk = { connection, correlationId: randomUUID(), signal: AbortSignal.timeout(removingMs) };
    const own = new Set(living.map(({ url }) => url));
    const ids = new Set(living.map(({ webhookId }) => webhookId));
    for (const { url, webhookId } of await this.client.list(talk)) {
      if (own.has(url) || ids.has(webhookId)) await this.client.remove(talk, webhookId);
    }
  }

  /** Whoever looks after them at this moment finishes first: nothing is created after this. */
  private async takeWatch(of: { tenantId: string; connectionId: string }): Promise<Watch> {
    const deadline = Date.now() + removingMs;
    for (;;) {
      const watch = await claimEndingWatch(this.database, of, leaseSeconds);
      if (watch !== null) return watch;
      if (Date.now() >= deadline) {
        throw new AppError(
          'unavailable',
          'clio-sync.webhooks_busy',
          'The webhooks of the connection are being changed.',
        );
      }
      await sleep(100);
    }
  }

  private async end(watch: Watch, living: readonly SubscriptionRow[]): Promise<void> {
    await this.database.inTenant(watch.connection.tenantId, async (tx) => {
      for (const { subscriptionId } of living) await endSubscription(tx, subscriptionId, reason);
      await tx.query(`delete from dirty_record where tenant_id = (select this_tenant()) and connection_id = $1`, [
        watch.connection.connectionId,
      ]);
    });
    await this.release(watch, null);
  }

  private release(watch: Watch, why: string | null): Promise<void> {
    const { tenantId } = watch.connection;
    return this.database.inTenant(tenantId, (tx) => releaseWatch(tx, watch, { waitMs: 0, reason: why }));
  }
}

function remainsOf({ connection }: Watch, living: readonly SubscriptionRow[]): Remains {
  const ends = living.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [new Date(expiresAt).getTime()]));
  const what = `${living.length} webhooks at Clio for ${connection.accountName}: what they deliver is refused here.`;
  return { what: what.slice(0, 300), until: ends.length === 0 ? null : new Date(Math.max(...ends)).toISOString() };
}
