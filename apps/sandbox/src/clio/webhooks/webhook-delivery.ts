import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { planFields } from '../api/fields.js';
import { renderRecord } from '../api/projection.js';
import type { ClioFirm } from '../clio-firm.js';
import { collections } from '../data/collections.js';
import { encodeValue } from '../data/encoding.js';
import type { Change } from '../data/store.js';
import { type WebhookState, webhookModels } from './webhook.js';
import type { WebhookBook, WebhookSurroundings } from './webhook-book.js';

/** How deliveries misbehave, on request; Clio promises neither order nor once (clio-api section 7). */
export const deliveryBehaviourSchema = z.object({
  copies: z.int().positive().default(1),
  delayMs: z.int().nonnegative().default(0),
  isLost: z.boolean().default(false),
  /** Waits between the attempts of one delivery; Clio publishes neither count nor spacing. */
  retryDelaysMs: z.array(z.int().nonnegative()).default([1000, 5000, 25_000]),
  /** After how many deliveries without success, one after the other, a webhook is suspended. */
  suspendAfter: z.int().positive().default(3),
});
export type DeliveryBehaviour = z.output<typeof deliveryBehaviourSchema>;

export interface DeliveryRecord {
  readonly webhookId: number;
  readonly event: string;
  readonly recordId: number;
  readonly attempts: number;
  readonly status: number | null;
  readonly isDelivered: boolean;
}

const statusEvents: Readonly<Record<string, string>> = {
  Open: 'matter_opened',
  Pending: 'matter_pended',
  Closed: 'matter_closed',
};
const keptRecords = 1000;

/** Turns the changes of a firm's records into signed deliveries to its webhooks. */
export class WebhookDelivery {
  readonly records: DeliveryRecord[] = [];
  private readonly heardOf = new Set<string>();
  private readonly failures = new Map<number, number>();
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly firm: ClioFirm,
    private readonly book: WebhookBook,
    private readonly surroundings: WebhookSurroundings,
    private readonly behaviour: () => DeliveryBehaviour,
  ) {
    firm.onChange((change) => this.announce(change));
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private announce(change: Change): void {
    if (this.firm.store.isHidden(change.collection, change.index)) return;
    for (const webhook of this.book.list()) {
      if (webhook.status !== 'enabled' || webhookModels[webhook.model]?.collection !== change.collection) continue;
      for (const event of this.eventsOf(webhook, change)) this.dispatch(webhook, event, change);
      this.heardOf.add(`${webhook.id}:${change.id}`);
    }
  }

  private eventsOf(webhook: WebhookState, change: Change): string[] {
    const status = change.collection === 'matters' && this.changedFields(change).includes('status');
    const ownEvent = status
      ? statusEvents[String(this.firm.store.value('matters', change.index, 'status'))]
      : undefined;
    const events = [change.kind, ...(ownEvent && change.kind === 'updated' ? [ownEvent] : [])];
    return events.filter(
      (event) => webhook.events.includes(event) && (event !== 'updated' || this.isWatched(webhook, change)),
    );
  }

  /** `fields` is the watch list, but the first update of a record is always told. */
  private isWatched(webhook: WebhookState, change: Change): boolean {
    if (!this.heardOf.has(`${webhook.id}:${change.id}`)) return true;
    const changed = this.changedFields(change);
    if (this.surroundings.switches().updatedAtIsWatchable) changed.push('updated_at');
    return this.planOf(webhook, change).some(({ name }) => changed.includes(name));
  }

  private changedFields({ collection, index, fields, before }: Change): string[] {
    return fields.filter(
      (field) =>
        JSON.stringify(encodeValue(before[field])) !==
        JSON.stringify(encodeValue(this.firm.store.value(collection, index, field))),
    );
  }

  private planOf(webhook: WebhookState, { collection }: Change) {
    return planFields(collections[collection].shape, webhook.fields);
  }

  private dispatch(webhook: WebhookState, event: string, change: Change): void {
    const place = { name: change.collection, index: change.index };
    const data = renderRecord(this.firm.store, place, this.planOf(webhook, change));
    const body = JSON.stringify({ data, meta: { event, webhook_id: webhook.id } });
    const { copies, isLost } = this.behaviour();
    if (isLost) return;
    for (let copy = 0; copy < copies; copy += 1)
      this.track(this.deliver(webhook, { event, body, recordId: change.id }));
  }

  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }

  /** 2xx and 3xx are success, 410 switches the webhook off, anything else is tried again (clio-api section 7). */
  private async deliver(
    webhook: WebhookState,
    delivery: { event: string; body: string; recordId: number },
  ): Promise<void> {
    const { sender, switches } = this.surroundings;
    const { delayMs, retryDelaysMs } = this.behaviour();
    const signature = createHmac('sha256', webhook.sharedSecret)
      .update(delivery.body)
      .digest(switches().webhookSignatureEncoding);
    let attempts = 0;
    for (const waitMs of [delayMs, ...retryDelaysMs]) {
      if (!(await sender.wait(waitMs))) return;
      attempts += 1;
      const answer = await sender.post(webhook.url, { 'X-Hook-Signature': signature }, delivery.body);
      const status = answer?.status ?? null;
      const isDelivered = status !== null && ((status >= 200 && status < 400) || status === 410);
      this.note({
        webhookId: webhook.id,
        event: delivery.event,
        recordId: delivery.recordId,
        attempts,
        status,
        isDelivered,
      });
      if (status === 410) this.book.suspend(webhook.id);
      if (isDelivered) {
        this.failures.delete(webhook.id);
        return;
      }
    }
    this.noteFailure(webhook.id);
  }

  private noteFailure(webhookId: number): void {
    const failures = (this.failures.get(webhookId) ?? 0) + 1;
    this.failures.set(webhookId, failures);
    if (failures >= this.behaviour().suspendAfter) this.book.suspend(webhookId);
  }

  private note(record: DeliveryRecord): void {
    this.records.push(record);
    if (this.records.length > keptRecords) this.records.shift();
  }
}
