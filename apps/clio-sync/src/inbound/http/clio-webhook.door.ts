import type { IncomingMessage, ServerResponse } from 'node:http';
import { clioHookSecretHeader } from '@firmbridge/clio-api';
import type { Logger } from '@firmbridge/service';
import { deliveryOutcomes, endResponse, hangUp, readRawBody, type DeliveryOutcome } from '@firmbridge/sync-engine';
import type { AcceptHandshake } from '../../application/webhooks/accept-handshake.js';
import type { FindWebhookSource, KnownSource } from '../../application/webhooks/find-webhook-source.js';
import type { ReceiveWebhook } from '../../application/webhooks/receive-webhook.js';
import { isPathId } from '../../domain/webhooks/webhook-address.js';

/** What was answered, for the metrics. */
export type DoorOutcome =
  DeliveryOutcome | 'handshake' | 'handshake_refused' | 'too_large' | 'broken_off' | 'not_stored';

export interface WebhookDoorOptions {
  readonly sources: FindWebhookSource;
  readonly receive: ReceiveWebhook;
  readonly acceptHandshake: AcceptHandshake;
  readonly count: (outcome: DoorOutcome) => void;
  readonly log: Pick<Logger, 'error'>;
}

const limitBytes = 1024 * 1024;

/**
 * Where Clio delivers. Stands in front of the framework: the signature is of the raw bytes, which a parser would swallow. Nobody is
 * ever answered with 410 or a redirect, which would end a subscription, nor with a reason.
 */
export function clioWebhookDoor(options: WebhookDoorOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await answer(options, request, response);
    } catch (error) {
      options.log.error({ err: error }, 'a webhook could not be stored; its sender tries again');
      options.count('not_stored');
      endResponse(response, 503, { 'Retry-After': '5' });
    }
  };
}

async function answer(options: WebhookDoorOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pathId = (request.url ?? '').slice(1);
  const source = request.method === 'POST' && isPathId(pathId) ? await options.sources.execute(pathId) : null;
  if (source === null) return refuse(options, request, response, 'unknown');
  const secret = request.headers[clioHookSecretHeader];
  if (typeof secret === 'string') return shakeHands(options, request, response, { pathId, source, secret });
  const body = await readRawBody(request, limitBytes);
  if (body === 'broken-off') return options.count('broken_off');
  if (body === 'too-large') return refuse(options, request, response, 'too_large');
  const outcome = await options.receive.execute({ pathId, source, body, headers: request.headers });
  options.count(outcome);
  endResponse(response, deliveryOutcomes[outcome]);
}

async function shakeHands(
  { acceptHandshake, count }: WebhookDoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
  { pathId, source, secret }: { pathId: string; source: KnownSource; secret: string },
): Promise<void> {
  request.resume();
  const isTaken = await acceptHandshake.execute(pathId, source, secret);
  count(isTaken ? 'handshake' : 'handshake_refused');
  if (isTaken) endResponse(response, 200, { 'X-Hook-Secret': secret });
  else endResponse(response, 401);
}

function refuse(
  { count }: WebhookDoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
  outcome: 'unknown' | 'too_large',
): void {
  count(outcome);
  hangUp(request, response, outcome === 'unknown' ? 404 : 413);
}
