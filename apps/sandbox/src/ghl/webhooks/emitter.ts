import { randomUUID } from 'node:crypto';
import { ghlSignatureHeader } from '@firmbridge/ghl-api';
import type { GhlSwitches } from '../switches.js';
import { attemptDelivery, type DeliveryStatus } from './delivery.js';
import type { Payload } from './payloads.js';
import type { SigningKey } from './signing-key.js';

/** As set in the portal: one address for everything, other ones for single events. */
export interface WebhookEndpoints {
  readonly defaultUrl: string | null;
  readonly byEvent: Readonly<Record<string, string>>;
}

export interface Delivery {
  readonly webhookId: string;
  readonly type: string;
  readonly url: string;
  readonly payload: Payload;
  status: DeliveryStatus;
  attempts: number;
  lastStatus: number | null;
}

export interface EmitterOptions {
  readonly key: SigningKey;
  readonly switches: () => GhlSwitches;
  readonly now: () => Date;
  readonly random: () => number;
}

const logLength = 2000;
const retryLimits = { 'any-failure': 12, 'only-429': 6 } as const;

/** Delivers events at least once and in no order: signed, retried, and as badly as the switches say (sections 7.1, 7.2). */
export class WebhookEmitter {
  private endpoints: WebhookEndpoints = { defaultUrl: null, byEvent: {} };
  private log: Delivery[] = [];
  private readonly waiting = new Set<NodeJS.Timeout>();
  private active = 0;
  /** Rises with each `clear`: an attempt under way then may not plan another. */
  private epoch = 0;
  private idleListeners: (() => void)[] = [];

  constructor(private readonly options: EmitterOptions) {}

  setEndpoints(endpoints: WebhookEndpoints): void {
    this.endpoints = endpoints;
  }

  /** `envelope` carries type and ids of app and tenant; the emitter adds `webhookId` and `timestamp`. */
  emit(type: string, envelope: Payload, record: Payload): void {
    // Installations go to the default address only.
    const own = type.endsWith('INSTALL') ? undefined : this.endpoints.byEvent[type];
    const url = own ?? this.endpoints.defaultUrl;
    if (!url) return;
    const { webhookPayload, webhookLoss, webhookDuplicates } = this.options.switches();
    const webhookId = randomUUID();
    const added = { type, ...envelope, webhookId, timestamp: this.options.now().toISOString() };
    const payload = webhookPayload === 'nested' ? { ...added, data: record } : { ...record, ...added };
    const delivery: Delivery = { webhookId, type, url, payload, status: 'pending', attempts: 0, lastStatus: null };
    this.log = [...this.log.slice(1 - logLength), delivery];
    if (this.happens(webhookLoss)) {
      delivery.status = 'lost';
      return;
    }
    this.schedule(delivery, this.firstDelay());
    if (this.happens(webhookDuplicates)) this.schedule({ ...delivery }, this.firstDelay());
  }

  deliveries(): readonly Delivery[] {
    return this.log;
  }

  /** The portal's manual resend: the same payload once more. */
  resend(webhookId: string): boolean {
    const delivery = this.log.find((known) => known.webhookId === webhookId);
    if (!delivery) return false;
    delivery.status = 'pending';
    this.schedule(delivery, 0);
    return true;
  }

  /** Resolves when nothing is under way or waiting for a retry. */
  idle(): Promise<void> {
    if (this.active + this.waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleListeners.push(resolve));
  }

  /** Drops everything that has not left yet. */
  clear(): void {
    for (const timer of this.waiting) clearTimeout(timer);
    this.waiting.clear();
    this.epoch += 1;
    this.log = [];
    this.tellIdle();
  }

  private schedule(delivery: Delivery, delayMs: number): void {
    const timer = setTimeout(() => {
      this.waiting.delete(timer);
      void this.attempt(delivery);
    }, delayMs);
    timer.unref();
    this.waiting.add(timer);
  }

  private async attempt(delivery: Delivery): Promise<void> {
    this.active += 1;
    const { epoch } = this;
    try {
      const { body, headers } = this.signed(delivery);
      delivery.attempts += 1;
      delivery.lastStatus = await attemptDelivery({
        url: delivery.url,
        body,
        headers,
        timeoutMs: this.options.switches().webhookTimeoutMs,
      });
      if (epoch === this.epoch) this.judge(delivery);
    } finally {
      this.active -= 1;
      this.tellIdle();
    }
  }

  private signed(delivery: Delivery) {
    const { webhookTimestampRenewed, webhookDeliveryId } = this.options.switches();
    const isRetry = delivery.attempts > 0;
    const renewed = isRetry && webhookTimestampRenewed ? { timestamp: this.options.now().toISOString() } : {};
    const body = JSON.stringify({ ...delivery.payload, ...renewed });
    const headers: Record<string, string> = { [ghlSignatureHeader]: this.options.key.sign(body) };
    if (webhookDeliveryId) headers['deliveryId'] = randomUUID();
    return { body, headers };
  }

  /** Any 2xx is success; what is retried, and how often, is told in two ways. */
  private judge(delivery: Delivery): void {
    const status = delivery.lastStatus;
    const { webhookRetries, webhookRetryBaseMs } = this.options.switches();
    if (status !== null && status >= 200 && status < 300) {
      delivery.status = 'delivered';
      return;
    }
    const mayRetry = webhookRetries === 'any-failure' || status === 429;
    if (!mayRetry || delivery.attempts > retryLimits[webhookRetries]) {
      delivery.status = 'failed';
      return;
    }
    const backoff = Math.min(webhookRetryBaseMs * 2 ** (delivery.attempts - 1), webhookRetryBaseMs * 20);
    this.schedule(delivery, backoff * (0.5 + this.options.random() / 2));
  }

  private firstDelay(): number {
    const { webhookDelayMs, webhookReordering, webhookReorderMs } = this.options.switches();
    return webhookDelayMs + (this.happens(webhookReordering) ? webhookReorderMs : 0);
  }

  private happens(share: number): boolean {
    return share > 0 && this.options.random() < share;
  }

  private tellIdle(): void {
    if (this.active + this.waiting.size > 0) return;
    for (const listener of this.idleListeners.splice(0)) listener();
  }
}
