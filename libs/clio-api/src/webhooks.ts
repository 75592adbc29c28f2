import { z } from 'zod';
import { clioIdSchema, instant, text } from './records/values.js';

/** The only models that push (clio-api section 7); everything else must be polled. */
export const clioWebhookModels = [
  'activity',
  'bill',
  'calendar_entry',
  'clio_payments_payment',
  'communication',
  'contact',
  'document',
  'folder',
  'matter',
  'task',
] as const;
export type ClioWebhookModel = (typeof clioWebhookModels)[number];

/** The events a model knows; an absent list is not defined by Clio, so one is always sent. */
export function clioWebhookEvents(model: ClioWebhookModel): readonly string[] {
  if (model === 'clio_payments_payment') return ['created', 'updated'];
  const changes = ['created', 'updated', 'deleted'];
  return model === 'matter' ? [...changes, 'matter_opened', 'matter_pended', 'matter_closed'] : changes;
}

/**
 * `fields` of a webhook is its watch list: with updated_at in it every change is heard. At most 1000 characters. Payments have no
 * etag; their state tells two bodies of one second apart.
 */
export function clioWebhookFields(model: ClioWebhookModel): string {
  return model === 'clio_payments_payment' ? 'id,state,amount,updated_at' : 'id,etag,updated_at';
}

export const clioWebhookPath = '/webhooks.json';
export const clioWebhookRecordFields =
  'id,etag,url,fields,shared_secret,model,status,events,expires_at,created_at,updated_at';
export const clioWebhookMaximumDays = 31;

export const clioHookSecretHeader = 'x-hook-secret';
export const clioHookSignatureHeader = 'x-hook-signature';

export const clioWebhookSchema = z.looseObject({
  id: clioIdSchema,
  etag: text,
  url: text,
  fields: text,
  shared_secret: text,
  model: text,
  status: text,
  events: z.array(z.string()).nullish(),
  expires_at: instant,
  created_at: instant,
  updated_at: instant,
});
export type ClioWebhook = z.output<typeof clioWebhookSchema>;

/** What a delivery carries: no event id, no timestamp and no model. */
export const clioWebhookDeliverySchema = z.looseObject({
  data: z.looseObject({ id: clioIdSchema }),
  meta: z.looseObject({ event: z.string(), webhook_id: clioIdSchema }),
});

/** The handshake that follows a creation or a change of URL; the secret is in the X-Hook-Secret header. */
export const clioWebhookHandshakeSchema = z.looseObject({
  data: z.looseObject({ webhook_id: clioIdSchema.nullish() }).nullish(),
});
