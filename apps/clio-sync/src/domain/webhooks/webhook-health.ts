import type { ConnectionWebhooks, WebhookSubscription } from '@firmbridge/contracts';

type Health = Pick<ConnectionWebhooks, 'health' | 'message'>;

interface Circumstances {
  /** Clio has a way to us. */
  readonly isReachable: boolean;
  readonly pollSeconds: number;
}

/** What a person needs to know of a connection's webhooks, the worst first. */
export function healthOf(
  { isReachable, pollSeconds }: Circumstances,
  connection: { readonly status: string; readonly reason: string | null },
  subscriptions: readonly WebhookSubscription[],
): Health {
  const polled = `Changes are seen when Clio is polled, every ${pollSeconds} s at the earliest.`;
  if (connection.status === 'disconnected') return { health: 'none', message: 'The account was disconnected.' };
  if (!isReachable) {
    const advice = 'Set PUBLIC_URL of clio-sync to an https address that leads to it from the internet.';
    return { health: 'none', message: `No webhooks: Clio has no address to call. ${polled} ${advice}` };
  }
  if (connection.status !== 'active') {
    return { health: 'none', message: 'Connect the account again; until then its webhooks are not looked after.' };
  }
  const troubled = subscriptions.find(({ reason, state }) => reason !== null || state === 'suspended');
  if (troubled?.state === 'suspended') {
    return { health: 'suspended', message: `${because(troubled)} It is created anew. ${polled}` };
  }
  if (troubled?.state === 'expiring') return { health: 'renewing', message: `${because(troubled)} It is tried again.` };
  if (troubled) return { health: 'failing', message: `${because(troubled)} ${polled}` };
  if (connection.reason !== null) return { health: 'failing', message: `${connection.reason} ${polled}` };
  if (subscriptions.length === 0 || subscriptions.some(({ state }) => state === 'pending')) {
    return { health: 'starting', message: `Clio is being asked to announce changes. ${polled}` };
  }
  return { health: 'healthy', message: 'Clio announces changes, and they are read at once.' };
}

function because({ resource, reason }: WebhookSubscription): string {
  return `${resource}: ${reason ?? 'Clio has suspended the webhook.'}`;
}
