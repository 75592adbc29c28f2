import type { WebhookState } from '@firmbridge/contracts';

/** A subscription as its keeper needs it. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly resource: string;
  readonly state: WebhookState;
  readonly url: string;
  readonly webhookId: string | null;
  /** Opened; null before the handshake. */
  readonly secret: string | null;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly renewAt: Date | null;
  readonly retryAt: Date;
  readonly attempts: number;
}

/** The same as Clio has it. */
export interface RemoteWebhook {
  readonly webhookId: string;
  readonly url: string;
  readonly status: string;
  readonly secret: string | null;
  readonly expiresAt: Date | null;
}
