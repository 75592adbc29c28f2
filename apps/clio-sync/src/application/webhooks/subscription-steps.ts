import { randomUUID } from 'node:crypto';
import { isAppError, messageOf, newMessage, newOrigin, syncMessages, type WebhookState } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import type { EngineConnection } from '@firmbridge/sync-engine';
import {
  renewalTime,
  replacementAttempts,
  replacementWaitMs,
  type Ending,
  type Verdict,
} from '../../domain/webhooks/judge-subscription.js';
import type { RemoteWebhook, Subscription } from '../../domain/webhooks/subscription.js';
import { newPathId } from '../../domain/webhooks/webhook-address.js';
import {
  announcedResources,
  type ClioWebhooksClient,
  type WebhookTalk,
} from '../../outbound/clio/clio-webhooks.client.js';
import * as rows from '../../persistence/webhook-subscription.repository.js';
import type { WebhookSeal } from './webhook-seal.js';

export interface StepContext {
  readonly subscription: Subscription;
  readonly verdict: Verdict;
  /** The database's clock. */
  readonly now: Date;
  readonly base: string;
}

const endings: Readonly<Record<Ending, string>> = {
  suspended: 'Clio has suspended the webhook, because deliveries failed.',
  gone: 'Clio does not have the webhook any more: it has expired or was deleted there.',
  unproved: 'Clio could not prove the address: PUBLIC_URL must lead to clio-sync from the internet.',
  moved: 'PUBLIC_URL has changed.',
};

/** Carries out what was judged about a subscription, each step in a transaction of its own after Clio has answered. */
export class SubscriptionSteps {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly client: ClioWebhooksClient,
    private readonly seal: WebhookSeal,
    private readonly chance: { readonly random: () => number; readonly clock: () => Date },
  ) {}

  /** One row for each resource that Clio announces to this connection. */
  async ensureRows({ tenantId, connectionId }: EngineConnection, base: string): Promise<Subscription[]> {
    const living = await this.database.inTenant(tenantId, async (tx) => {
      const known = (await rows.livingSubscriptions(tx, connectionId)).map(({ resource }) => resource);
      const unwanted = new Set([...known, ...(await rows.forbiddenResources(tx, connectionId))]);
      for (const resource of announcedResources.filter((name) => !unwanted.has(name))) {
        await this.addRow(tx, { tenantId, connectionId, resource, base, attempts: 0 });
      }
      return rows.livingSubscriptions(tx, connectionId);
    });
    return Promise.all(living.map((row) => this.opened(tenantId, row)));
  }

  /** Answers false when Clio is expected to answer soon, so that somebody should look again. */
  async carryOut(talk: WebhookTalk, { subscription, verdict, now, base }: StepContext): Promise<boolean> {
    const { tenantId } = talk.connection;
    switch (verdict.step) {
      case 'keep':
        return true;
      case 'wait':
        return subscription.webhookId === null;
      case 'post':
        return !(await this.post(talk, subscription));
      case 'activate':
        await this.activate(talk, subscription, verdict.remote);
        return true;
      case 'change-secret': {
        const sealed = await this.sealed(tenantId, subscription, verdict.remote);
        if (sealed !== null) {
          await this.database.inTenant(tenantId, (tx) => rows.changeSecret(tx, subscription.subscriptionId, sealed));
        }
        return true;
      }
      case 'renew':
        await this.renew(talk, subscription, now);
        return true;
      case 'replace':
        return this.replace(talk, subscription, { ...verdict, now, base });
    }
  }

  /** Clio may prove the address before it answers. */
  private async post(talk: WebhookTalk, { subscriptionId, ...subscription }: Subscription): Promise<boolean> {
    try {
      const created = await this.client.create(talk, subscription);
      const grant = { ...created, renewAt: this.renewAt(created) };
      await this.database.inTenant(talk.connection.tenantId, (tx) => rows.noteCreated(tx, subscriptionId, grant));
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.setBack(talk, { ...subscription, subscriptionId }, { state: 'pending', error });
      return false;
    }
  }

  private async activate({ connection }: WebhookTalk, subscription: Subscription, remote: RemoteWebhook) {
    const grant = { ...remote, renewAt: this.renewAt(remote) };
    const sealedSecret = await this.sealed(connection.tenantId, subscription, remote);
    await this.database.inTenant(connection.tenantId, async (tx) => {
      await rows.noteActive(tx, subscription.subscriptionId, { ...grant, sealedSecret });
      await rows.catchUpSoon(tx, connection.connectionId);
    });
  }

  private async renew(talk: WebhookTalk, subscription: Subscription, now: Date): Promise<void> {
    const { tenantId, connectionId } = talk.connection;
    const { subscriptionId, webhookId, expiresAt } = subscription;
    try {
      const renewed = await this.client.renew(talk, webhookId ?? '');
      await this.database.inTenant(tenantId, async (tx) => {
        await rows.noteRenewed(tx, subscriptionId, { ...renewed, renewAt: this.renewAt(renewed) });
        if (expiresAt !== null && expiresAt <= now) await rows.catchUpSoon(tx, connectionId);
      });
    } catch (error) {
      await this.setBack(talk, subscription, { state: 'expiring', error });
      if (!isRefusal(error)) throw error;
    }
  }

  private async replace(
    { connection, ...talk }: WebhookTalk,
    known: Subscription,
    { why, remote, now, base }: { why: Ending; remote: RemoteWebhook | null; now: Date; base: string },
  ): Promise<boolean> {
    const { tenantId, connectionId } = connection;
    const { subscriptionId, resource } = known;
    const attempts = known.state === 'suspended' ? known.attempts : replacementAttempts(known, now);
    const waitMs = known.state === 'suspended' ? 0 : replacementWaitMs(attempts);
    if (known.state === 'suspended' && known.retryAt > now) return true;
    if (waitMs > 0) {
      const setback = { state: 'suspended', reason: endings[why], attempts, waitMs } as const;
      await this.noteSetback({ connection, ...talk }, known, setback);
      return true;
    }
    if (remote !== null) await this.client.remove({ connection, ...talk }, remote.webhookId);
    const successor = await this.database.inTenant(tenantId, async (tx) => {
      await rows.endSubscription(tx, subscriptionId, endings[why]);
      await this.addRow(tx, { tenantId, connectionId, resource, base, attempts });
      return (await rows.livingSubscriptions(tx, connectionId)).find((row) => row.resource === resource);
    });
    if (successor) await this.post({ connection, ...talk }, await this.opened(tenantId, successor));
    return false;
  }

  private async setBack(
    talk: WebhookTalk,
    known: Subscription,
    { state, error }: { state: WebhookState; error: unknown },
  ) {
    const attempts = known.attempts + 1;
    const reason = isForbidden(error) ? `${messageOf(error)} ${permissionAdvice}` : messageOf(error);
    const waitMs = Math.min(3_600_000, 60_000 * 2 ** Math.min(attempts, 10));
    await this.noteSetback(talk, known, { state, reason, attempts, waitMs });
  }

  /** A person hears of it once. */
  private async noteSetback(talk: WebhookTalk, known: Subscription, setback: rows.Setback): Promise<void> {
    const { tenantId, connectionId, provider } = talk.connection;
    await this.database.inTenant(tenantId, async (tx) => {
      if (!(await rows.noteSetback(tx, known.subscriptionId, setback))) return;
      const origin = newOrigin({
        service: 'clio-sync',
        tenantId,
        now: this.chance.clock(),
        correlationId: talk.correlationId,
      });
      const problem = {
        service: 'clio-sync',
        code: `clio.webhook_${setback.state}`,
        message: `Changes of ${known.resource} are not announced by Clio: ${setback.reason} They are polled meanwhile.`,
        provider,
        connectionId,
        resource: known.resource,
        recordId: null,
        runId: null,
        details: {},
      };
      await this.outbox.add(tx, [newMessage(syncMessages.problemRaised, problem, origin)]);
    });
  }

  private addRow(
    tx: Tx,
    wish: { tenantId: string; connectionId: string; resource: string; base: string; attempts: number },
  ) {
    const { base, ...row } = wish;
    const pathId = newPathId();
    return rows.addSubscription(tx, { ...row, subscriptionId: randomUUID(), pathId, url: `${base}${pathId}` });
  }

  private renewAt({ expiresAt }: Pick<RemoteWebhook, 'expiresAt'>): Date | null {
    return expiresAt === null ? null : renewalTime(this.chance.clock(), expiresAt, this.chance.random);
  }

  private async sealed(tenantId: string, { subscriptionId, secret }: Subscription, remote: RemoteWebhook) {
    if (remote.secret === null || remote.secret === secret) return null;
    return this.seal.close({ tenantId, subscriptionId }, remote.secret);
  }

  private async opened(tenantId: string, row: rows.SubscriptionRow): Promise<Subscription> {
    const date = (text: string | null) => (text === null ? null : new Date(text));
    const secret = await this.seal.open({ tenantId, subscriptionId: row.subscriptionId }, row.sealedSecret);
    return {
      ...row,
      secret,
      createdAt: new Date(row.createdAt),
      activatedAt: date(row.activatedAt),
      expiresAt: date(row.expiresAt),
      renewAt: date(row.renewAt),
      retryAt: new Date(row.retryAt),
    };
  }
}

const permissionAdvice =
  'Switch on the permission "Webhooks" (Read and Write) of the app in Clio\'s developer portal, beside that of the records, and connect the account again.';

function isForbidden(error: unknown): boolean {
  return isAppError(error) && error.kind === 'forbidden';
}

/** Clio says no to this one; the others may work. */
function isRefusal(error: unknown): boolean {
  return isAppError(error) && ['validation', 'forbidden', 'not_found', 'conflict'].includes(error.kind);
}
