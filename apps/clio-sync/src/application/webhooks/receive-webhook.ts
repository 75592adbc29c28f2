import type { IncomingHttpHeaders } from 'node:http';
import { receiveDelivery, type DeliveryOutcome, type Intake } from '@firmbridge/sync-engine';
import { clioWebhookDialect } from '../../outbound/clio/clio-webhook.dialect.js';
import type { CatchUp } from './catch-up.js';
import type { FindWebhookSource, KnownSource } from './find-webhook-source.js';

export interface PostedWebhook {
  readonly pathId: string;
  readonly source: KnownSource;
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

/** Verifies and keeps a delivery. One that is signed and cannot be understood announces something: then everything is looked at. */
export class ReceiveWebhook {
  constructor(
    private readonly sources: FindWebhookSource,
    private readonly intake: Intake,
    private readonly catchUp: CatchUp,
  ) {}

  async execute({ pathId, source, body, headers }: PostedWebhook): Promise<DeliveryOutcome> {
    const parts = { dialect: clioWebhookDialect, intake: this.intake };
    const outcome = await receiveDelivery(parts, { source, body, headers });
    if (outcome === 'unreadable') await this.catchUp.execute(source.tenantId, source.connectionId);
    if (outcome !== 'forged') return outcome;
    const fresh = await this.sources.again(pathId);
    if (fresh === null) return 'unknown';
    return fresh === source ? outcome : receiveDelivery(parts, { source: fresh, body, headers });
  }
}
