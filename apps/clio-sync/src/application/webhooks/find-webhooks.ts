import type { ConnectionWebhooks, DataOf, Message, WebhookSubscription, webhookMessages } from '@firmbridge/contracts';
import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { healthOf } from '../../domain/webhooks/webhook-health.js';
import { viewSubscriptions, viewWatch, type WatchView } from '../../persistence/webhook-views.repository.js';

type Question = Message<DataOf<typeof webhookMessages.getClioWebhooks>>;

/** Answers how the webhooks of a connection are. */
export class FindWebhooks {
  constructor(
    private readonly database: Database,
    private readonly facts: { readonly isReachable: boolean; readonly pollSeconds: number },
  ) {}

  async execute({ tenantId, data: { connectionId } }: Question): Promise<ConnectionWebhooks> {
    const [watch, subscriptions] = await this.database.inTenant(
      tenantId,
      async (tx): Promise<[WatchView | null, WebhookSubscription[]]> => [
        await viewWatch(tx, connectionId),
        await viewSubscriptions(tx, connectionId),
      ],
    );
    if (watch === null) {
      const message = `There is no Clio connection ${connectionId}.`;
      throw new AppError('not_found', 'clio-sync.connection_unknown', message, { details: { connectionId } });
    }
    return { connectionId, ...healthOf(this.facts, watch, subscriptions), subscriptions, waiting: watch.waiting };
  }
}
