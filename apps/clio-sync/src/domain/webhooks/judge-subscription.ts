import type { RemoteWebhook, Subscription } from './subscription.js';

/** What is to be done about a subscription. */
export type Verdict =
  | { readonly step: 'keep' | 'wait' | 'post' | 'renew' }
  | { readonly step: 'activate' | 'change-secret'; readonly remote: RemoteWebhook }
  | { readonly step: 'replace'; readonly why: Ending; readonly remote: RemoteWebhook | null };

/** Why a subscription is created anew. */
export type Ending = 'suspended' | 'gone' | 'unproved' | 'moved';

export interface Circumstances {
  readonly now: Date;
  /** Where new subscriptions would point: `https://firmbridge.example.com/webhooks/clio/`. */
  readonly base: string;
}

/** Clio asks the address at once; what has not been proved by then never will be. */
const handshakeMs = 60_000;

/** Compares what we keep with what Clio has: what it says decides, because its word is what gets delivered. */
export function judgeSubscription(
  known: Subscription,
  remote: RemoteWebhook | null,
  { now, base }: Circumstances,
): Verdict {
  if (!known.url.startsWith(base)) return { step: 'replace', why: 'moved', remote };
  if (remote === null) return judgeUnseen(known, now);
  if (remote.status === 'suspended') return { step: 'replace', why: 'suspended', remote };
  if (remote.status !== 'enabled') {
    const isLate = now.getTime() - known.createdAt.getTime() > handshakeMs;
    return isLate ? { step: 'replace', why: 'unproved', remote } : { step: 'wait' };
  }
  if (known.state === 'pending' || known.state === 'suspended') return { step: 'activate', remote };
  if (remote.secret !== null && remote.secret !== known.secret) return { step: 'change-secret', remote };
  return isDue(known, now) ? { step: 'renew' } : { step: 'keep' };
}

function judgeUnseen(known: Subscription, now: Date): Verdict {
  if (known.webhookId !== null) return { step: 'replace', why: 'gone', remote: null };
  return known.retryAt <= now ? { step: 'post' } : { step: 'wait' };
}

function isDue({ renewAt, retryAt }: Subscription, now: Date): boolean {
  return renewAt !== null && renewAt <= now && retryAt <= now;
}

/** Half of its life at the latest, and not all at the same moment. */
export function renewalTime(from: Date, expiresAt: Date, random: () => number): Date {
  const life = expiresAt.getTime() - from.getTime();
  return new Date(from.getTime() + life * (0.4 + 0.1 * random()));
}

const hourMs = 3_600_000;

/** Of one that worked for a while the first replacement follows at once; one that keeps ending is tried ever more rarely. */
export function replacementAttempts({ attempts, activatedAt }: Subscription, now: Date): number {
  const hasWorked = activatedAt !== null && now.getTime() - activatedAt.getTime() > hourMs;
  return hasWorked ? 0 : attempts + 1;
}

export function replacementWaitMs(attempts: number): number {
  return attempts <= 1 ? 0 : Math.min(hourMs, 30_000 * 2 ** (attempts - 2));
}
