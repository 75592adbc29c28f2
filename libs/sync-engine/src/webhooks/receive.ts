import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Intake } from './intake.js';
import type { WebhookDialect, WebhookSource } from './webhook-dialect.js';

/** What becomes of a delivery, and what its sender is told. */
export const deliveryOutcomes = {
  kept: 200,
  /** These bytes have come before: nothing changes. */
  replayed: 200,
  /** Signed, and not understood: it is kept as something that happened. */
  unreadable: 200,
  forged: 401,
  unknown: 404,
} as const;
export type DeliveryOutcome = keyof typeof deliveryOutcomes;

export interface ReceivedDelivery<Source extends WebhookSource> {
  readonly source: Source;
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

/** Verifies the raw bytes, makes the delivery durable and only then says what to answer. Throws when it could not be stored. */
export async function receiveDelivery<Source extends WebhookSource>(
  { dialect, intake }: { dialect: WebhookDialect<Source>; intake: Pick<Intake, 'take'> },
  { source, body, headers }: ReceivedDelivery<Source>,
): Promise<DeliveryOutcome> {
  if (!dialect.verify(body, headers, source)) return 'forged';
  const hints = dialect.parse(body, source);
  const deliveryKey = createHash('sha256').update(body).digest('base64');
  const keeping = await intake.take({ source, deliveryKey, hints: hints ?? [] });
  if (keeping === 'gone') return 'unknown';
  if (keeping === 'known') return 'replayed';
  return hints === null ? 'unreadable' : 'kept';
}
