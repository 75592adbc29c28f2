import type { ConnectionWebhooks } from '@firmbridge/contracts';

type Health = Pick<ConnectionWebhooks, 'health' | 'message'>;

interface Facts {
  /** What the app's webhook address in GoHighLevel's portal is to be; null when it is not known. */
  readonly address: string | null;
  readonly pollSeconds: number;
}

interface Reception {
  readonly status: string;
  readonly credential: string | null;
  readonly lastDeliveryAt: string | null;
}

interface Announced {
  readonly pushed: readonly string[];
  readonly subscriptions: ConnectionWebhooks['subscriptions'];
}

/** What a person needs to know of a location's webhooks. */
export function webhookHealth(facts: Facts, reception: Reception, { pushed, subscriptions }: Announced): Health {
  const polled = `Changes are seen when GoHighLevel is polled, every ${facts.pollSeconds} s at the earliest.`;
  if (reception.status === 'disconnected') return { health: 'none', message: 'The account was disconnected.' };
  if (reception.credential === 'private_token') {
    return { health: 'none', message: `A private integration token gets no webhooks. ${polled}` };
  }
  if (reception.lastDeliveryAt === null) {
    const address = facts.address ?? 'PUBLIC_URL of ghl-sync with /webhooks/ghl behind it';
    const advice = `Enter ${address} as the webhook address of the app in GoHighLevel's marketplace portal, and switch its events on.`;
    return { health: 'none', message: `GoHighLevel has delivered nothing yet. ${polled} ${advice}` };
  }
  const doubted = subscriptions.map(({ resource }) => resource).filter((resource) => !pushed.includes(resource));
  if (doubted.length === 0)
    return { health: 'healthy', message: 'GoHighLevel announces changes, and they are read at once.' };
  const what = doubted.join(', ');
  const message = `${what}: nothing was delivered lately, or a poll saw changes first. Look at the app's webhook logs in the portal. ${polled}`;
  return { health: 'failing', message };
}
