import type { Journal } from '../journal.js';
import { ClioFirm } from './clio-firm.js';
import type { FirmFacts } from './data/firm.js';
import type { ClioSwitches } from './switches.js';
import { WebhookBook } from './webhooks/webhook-book.js';
import { type DeliveryBehaviour, WebhookDelivery } from './webhooks/webhook-delivery.js';
import type { WebhookSender } from './webhooks/webhook-sender.js';

export interface AccountSurroundings {
  readonly journal: Journal;
  readonly clock: { now(): Date };
  readonly switches: () => ClioSwitches;
  readonly sender: WebhookSender;
  readonly deliveryBehaviour: () => DeliveryBehaviour;
}

/** A firm with everything that hangs on it: records, webhooks and their deliveries. */
export class ClioAccount {
  readonly firm: ClioFirm;
  readonly webhooks: WebhookBook;
  readonly deliveries: WebhookDelivery;

  constructor(facts: FirmFacts, surroundings: AccountSurroundings) {
    this.firm = new ClioFirm(facts, surroundings.journal, surroundings.clock, surroundings.switches);
    this.webhooks = new WebhookBook(this.firm, surroundings);
    this.deliveries = new WebhookDelivery(this.firm, this.webhooks, surroundings, surroundings.deliveryBehaviour);
  }
}
