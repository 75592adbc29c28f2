import { clioHookSignatureHeader, clioWebhookDeliverySchema } from '@firmbridge/clio-api';
import { isSignedBy, type RecordHint, type WebhookDialect, type WebhookSource } from '@firmbridge/sync-engine';

/** A subscription, which is about one resource: a delivery itself does not say what kind of record it speaks of. */
export interface ClioWebhookSource extends WebhookSource {
  readonly resource: string;
}

/** Signed with the subscription's secret; the encoding is not documented, so hex and base64 are both taken. */
export const clioWebhookDialect: WebhookDialect<ClioWebhookSource> = {
  verify: (body, headers, { secrets }) => {
    const signature = headers[clioHookSignatureHeader];
    return typeof signature === 'string' && isSignedBy(body, signature, secrets);
  },
  parse: (body, { resource }) => {
    const delivery = clioWebhookDeliverySchema.safeParse(parseJson(body));
    if (!delivery.success) return null;
    const { data, meta } = delivery.data;
    const hint: RecordHint = { resource, recordId: String(data.id), isDeleted: meta.event === 'deleted' };
    return [hint];
  },
};

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
