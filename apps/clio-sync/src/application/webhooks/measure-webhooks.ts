import type { Database } from '@firmbridge/database';
import { webhookTotals, type WebhookTotals } from '../../persistence/webhook-views.repository.js';

const nothing: WebhookTotals = { dirty: 0, oldestSeconds: 0, missed: 0, byState: {} };
const cachedMs = 5_000;

/** Where all firms' webhooks stand, looked up at most every few seconds; what was known last while the database is away. */
export class MeasureWebhooks {
  private known = nothing;
  private looking: Promise<WebhookTotals> | null = null;
  private lookedAt = -Infinity;

  constructor(private readonly database: Database) {}

  execute(): Promise<WebhookTotals> {
    if (performance.now() - this.lookedAt < cachedMs) return Promise.resolve(this.known);
    this.looking ??= this.look();
    return this.looking;
  }

  private async look(): Promise<WebhookTotals> {
    try {
      this.known = await this.database.acrossTenants(webhookTotals);
    } catch {
      // Metrics must be told while the database is away; that it is away is told by others.
    }
    this.lookedAt = performance.now();
    this.looking = null;
    return this.known;
  }
}
