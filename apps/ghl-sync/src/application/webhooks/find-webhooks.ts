import type { ConnectionWebhooks, DataOf, Message, webhookMessages } from '@firmbridge/contracts';
import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { webhookHealth } from '../../domain/webhook-health.js';
import { pushedResources, viewAnnounced, viewReception } from '../../persistence/webhook.repository.js';

type Question = Message<DataOf<typeof webhookMessages.getGhlWebhooks>>;

/** Answers how the webhooks of a connection are. */
export class FindWebhooks {
  constructor(
    private readonly database: Database,
    private readonly facts: { readonly address: string | null; readonly pollSeconds: number },
  ) {}

  execute({ tenantId, data: { connectionId } }: Question): Promise<ConnectionWebhooks> {
    return this.database.inTenant(tenantId, async (tx) => {
      const reception = await viewReception(tx, connectionId);
      if (reception === null) {
        const message = `There is no GoHighLevel connection ${connectionId}.`;
        throw new AppError('not_found', 'ghl-sync.connection_unknown', message, { details: { connectionId } });
      }
      const pushed = await pushedResources(tx, connectionId);
      const subscriptions = await viewAnnounced(tx, connectionId);
      return {
        connectionId,
        ...webhookHealth(this.facts, reception, { pushed, subscriptions }),
        subscriptions: reception.credential === 'private_token' ? [] : subscriptions,
        waiting: reception.waiting,
      };
    });
  }
}
