import type { Database } from '@firmbridge/database';
import { MetricLook } from '@firmbridge/service';
import { webhookTotals, type WebhookTotals } from '../../persistence/webhook-views.repository.js';

const nothing: WebhookTotals = { dirty: 0, oldestSeconds: 0, missed: 0, byState: {} };

/** Where all firms' webhooks stand. */
export class MeasureWebhooks {
  private readonly totals: MetricLook<WebhookTotals>;

  constructor(database: Database) {
    this.totals = new MetricLook(nothing, () => database.acrossTenants(webhookTotals));
  }

  execute(): Promise<WebhookTotals> {
    return this.totals.read();
  }
}
