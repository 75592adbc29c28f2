import type { Database } from '@firmbridge/database';
import { sweepDeliveries } from '@firmbridge/sync-engine';
import { sweepSubscriptions } from '../../persistence/webhook-subscription.repository.js';

const endedDays = 30;

/** Bounds what is remembered of deliveries and of subscriptions that are over. */
export class ForgetWebhooks {
  constructor(
    private readonly database: Database,
    private readonly deliveryDays: number,
  ) {}

  async execute(): Promise<void> {
    await sweepDeliveries(this.database, this.deliveryDays);
    await this.database.acrossTenants((tx) => sweepSubscriptions(tx, endedDays));
  }
}
