import { z } from 'zod';
import { exampleFirm } from '../example-firm.js';
import { defineQuery } from '../message.js';

/** `expiring`: its renewal is due and has not succeeded yet. `suspended`: the provider delivers nothing; it is created anew. */
export const webhookStateSchema = z.enum(['pending', 'active', 'expiring', 'suspended', 'deleted']);
export type WebhookState = z.output<typeof webhookStateSchema>;

export const webhookSubscriptionSchema = z
  .object({
    resource: z.string(),
    state: webhookStateSchema,
    /** Why it is not active, and what to do. */
    reason: z.string().nullable(),
    activatedAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime().nullable(),
    renewAt: z.iso.datetime().nullable(),
    lastDeliveryAt: z.iso.datetime().nullable(),
    /** Deliveries that are still remembered. */
    deliveries: z.int(),
    /** Changes that a poll saw first, although they should have been delivered. */
    missed: z.int(),
  })
  .meta({ id: 'WebhookSubscription' });
export type WebhookSubscription = z.output<typeof webhookSubscriptionSchema>;

export const webhookHealthSchema = z.enum(['healthy', 'starting', 'renewing', 'suspended', 'failing', 'none']);
export type WebhookHealth = z.output<typeof webhookHealthSchema>;

export const connectionWebhooksSchema = z
  .object({
    connectionId: z.uuid(),
    health: webhookHealthSchema,
    /** The health in a sentence, with the next step where there is one. */
    message: z.string(),
    subscriptions: z.array(webhookSubscriptionSchema),
    /** Announced records that were not fetched yet. */
    waiting: z.int(),
  })
  .meta({ id: 'ConnectionWebhooks' });
export type ConnectionWebhooks = z.output<typeof connectionWebhooksSchema>;

function getWebhooksOf<Service extends 'clio-sync' | 'ghl-sync'>(service: Service) {
  return defineQuery({
    name: `${service}.get-webhooks.v1`,
    needs: 'connections.read',
    summary: 'How the webhooks of a connection are: what they tell of, their deliveries, and why there are none.',
    data: z.object({ connectionId: z.uuid() }),
    reply: connectionWebhooksSchema,
    example: { connectionId: exampleFirm.clioConnectionId },
    replyExample: {
      connectionId: exampleFirm.clioConnectionId,
      health: 'healthy',
      message: 'Clio tells us of changes at once.',
      subscriptions: [
        {
          resource: 'matters',
          state: 'active',
          reason: null,
          activatedAt: '2026-11-18T15:02:19.411Z',
          expiresAt: '2026-12-18T15:02:18.000Z',
          renewAt: '2026-12-02T09:40:51.207Z',
          lastDeliveryAt: '2026-11-18T15:24:05.118Z',
          deliveries: 14,
          missed: 0,
        },
      ],
      waiting: 0,
    },
  });
}

export const getClioWebhooks = getWebhooksOf('clio-sync');
export const getGhlWebhooks = getWebhooksOf('ghl-sync');
