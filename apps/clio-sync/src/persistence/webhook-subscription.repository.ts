import type { WebhookState } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export interface SubscriptionRow {
  readonly subscriptionId: string;
  readonly resource: string;
  readonly state: WebhookState;
  readonly url: string;
  readonly webhookId: string | null;
  readonly sealedSecret: string | null;
  readonly createdAt: string;
  readonly activatedAt: string | null;
  readonly expiresAt: string | null;
  readonly renewAt: string | null;
  readonly retryAt: string;
  readonly attempts: number;
}

const columns = `subscription_id as "subscriptionId", resource, state, url, webhook_id as "webhookId", secret as "sealedSecret",
  created_at as "createdAt", activated_at as "activatedAt", expires_at as "expiresAt", renew_at as "renewAt", retry_at as "retryAt", attempts`;

export function livingSubscriptions(tx: Tx, connectionId: string): Promise<SubscriptionRow[]> {
  return tx.query(
    `select ${columns} from webhook_subscription
     where tenant_id = (select this_tenant()) and connection_id = $1 and state <> 'deleted' order by resource`,
    [connectionId],
  );
}

/** Resources whose changes Clio announces at the moment. */
export async function announcedResources(tx: Tx, connectionId: string): Promise<string[]> {
  const rows = await tx.query<{ resource: string }>(
    `select distinct resource from webhook_subscription
     where tenant_id = (select this_tenant()) and connection_id = $1 and state = 'active' and expires_at > clock_timestamp()`,
    [connectionId],
  );
  return rows.map(({ resource }) => resource);
}

/** Resources that Clio refuses to this connection need no subscription. */
export async function forbiddenResources(tx: Tx, connectionId: string): Promise<string[]> {
  const rows = await tx.query<{ resource: string }>(
    'select resource from forbidden_resource where tenant_id = (select this_tenant()) and connection_id = $1',
    [connectionId],
  );
  return rows.map(({ resource }) => resource);
}

export interface NewSubscription {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly connectionId: string;
  readonly resource: string;
  readonly pathId: string;
  readonly url: string;
  readonly attempts: number;
}

/** Its row exists before Clio knows its address: the handshake may arrive before the creation is answered. */
export async function addSubscription(tx: Tx, one: NewSubscription): Promise<void> {
  await tx.query(
    `insert into webhook_subscription (tenant_id, subscription_id, connection_id, resource, state, path_id, url, created_at, retry_at, attempts, missed)
     values ($1, $2, $3, $4, 'pending', $5, $6, clock_timestamp(), 'epoch', $7, 0)`,
    [one.tenantId, one.subscriptionId, one.connectionId, one.resource, one.pathId, one.url, one.attempts],
  );
}

export interface Grant {
  readonly webhookId: string;
  readonly expiresAt: Date | null;
  readonly renewAt: Date | null;
}

/** Clio has it, and will prove its address. */
export async function noteCreated(tx: Tx, subscriptionId: string, grant: Grant): Promise<void> {
  await tx.query(
    `update webhook_subscription set webhook_id = $2, expires_at = $3, renew_at = $4, reason = null
     where tenant_id = (select this_tenant()) and subscription_id = $1`,
    [subscriptionId, grant.webhookId, grant.expiresAt, grant.renewAt],
  );
}

/** It delivers from now on. What happened before is to be caught up with. */
export async function noteActive(tx: Tx, subscriptionId: string, grant: Grant & { sealedSecret: string | null }) {
  await tx.query(
    `update webhook_subscription set state = 'active', activated_at = clock_timestamp(), webhook_id = $2, expires_at = $3, renew_at = $4,
       secret = coalesce($5, secret), reason = null, retry_at = 'epoch'
     where tenant_id = (select this_tenant()) and subscription_id = $1`,
    [subscriptionId, grant.webhookId, grant.expiresAt, grant.renewAt, grant.sealedSecret],
  );
}

export async function noteRenewed(tx: Tx, subscriptionId: string, grant: Omit<Grant, 'webhookId'>): Promise<void> {
  await tx.query(
    `update webhook_subscription set state = 'active', expires_at = $2, renew_at = $3, reason = null, retry_at = 'epoch'
     where tenant_id = (select this_tenant()) and subscription_id = $1`,
    [subscriptionId, grant.expiresAt, grant.renewAt],
  );
}

/** Deliveries that are under way are signed with the secret before. */
export async function changeSecret(tx: Tx, subscriptionId: string, sealedSecret: string): Promise<void> {
  await tx.query(
    `update webhook_subscription set previous_secret = secret, previous_until = clock_timestamp() + interval '1 day', secret = $2
     where tenant_id = (select this_tenant()) and subscription_id = $1`,
    [subscriptionId, sealedSecret],
  );
}

export interface Setback {
  readonly state: WebhookState;
  readonly reason: string;
  readonly attempts: number;
  readonly waitMs: number;
}

/** Answers whether the reason is news. */
export async function noteSetback(tx: Tx, subscriptionId: string, setback: Setback): Promise<boolean> {
  const rows = await tx.query<{ before: string | null }>(
    `update webhook_subscription s set state = $2, reason = $3, attempts = $4, retry_at = clock_timestamp() + make_interval(secs => $5::float / 1000)
     from webhook_subscription old
     where s.tenant_id = (select this_tenant()) and s.subscription_id = $1 and old.tenant_id = s.tenant_id
       and old.subscription_id = s.subscription_id
     returning old.reason as before`,
    [subscriptionId, setback.state, setback.reason, setback.attempts, setback.waitMs],
  );
  return rows.length > 0 && rows[0]?.before !== setback.reason;
}

export async function endSubscription(tx: Tx, subscriptionId: string, reason: string): Promise<void> {
  await tx.query(
    `update webhook_subscription set state = 'deleted', ended_at = clock_timestamp(), reason = $2, secret = null, previous_secret = null
     where tenant_id = (select this_tenant()) and subscription_id = $1`,
    [subscriptionId, reason],
  );
}

/** An incremental run follows as soon as none is under way. */
export async function catchUpSoon(tx: Tx, connectionId: string): Promise<void> {
  await tx.query(
    `update connection set catch_up_due = true where tenant_id = (select this_tenant()) and connection_id = $1`,
    [connectionId],
  );
}

/** Addresses, of those given, that a subscription of any firm answers to. */
export async function addressesInUse(tx: Tx, urls: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ url: string }>(
    `select url from webhook_subscription where url = any ($1) and state <> 'deleted'`,
    [urls],
  );
  return rows.map(({ url }) => url);
}

export async function sweepSubscriptions(tx: Tx, keptDays: number): Promise<void> {
  await tx.query(
    `delete from webhook_subscription where state = 'deleted' and ended_at < clock_timestamp() - make_interval(days => $1)`,
    [keptDays],
  );
}
