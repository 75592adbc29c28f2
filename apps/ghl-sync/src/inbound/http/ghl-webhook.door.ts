import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@firmbridge/service';
import { endResponse, hangUp, readRawBody } from '@firmbridge/sync-engine';
import {
  webhookOutcomes,
  type ReceiveWebhook,
  type WebhookOutcome,
} from '../../application/webhooks/receive-webhook.js';

/** What was answered, for the metrics. */
export const doorOutcomes = [
  ...(Object.keys(webhookOutcomes) as WebhookOutcome[]),
  'unknown',
  'too_large',
  'broken_off',
  'not_stored',
] as const;
export type DoorOutcome = (typeof doorOutcomes)[number];

export interface WebhookDoorOptions {
  readonly receive: Pick<ReceiveWebhook, 'execute'>;
  readonly count: (outcome: DoorOutcome) => void;
  readonly log: Pick<Logger, 'error'>;
}

export const webhookPath = '/webhooks/ghl';
const limitBytes = 1024 * 1024;

/**
 * Where GoHighLevel delivers, for all locations of the app. Stands in front of the framework: the signature is of the raw bytes,
 * which a parser would swallow.
 */
export function ghlWebhookDoor(options: WebhookDoorOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      options.count(await answer(options, request, response));
    } catch (error) {
      options.log.error({ err: error }, 'a webhook could not be stored; its sender tries again');
      options.count('not_stored');
      endResponse(response, 503, { 'Retry-After': '5' });
    }
  };
}

async function answer(
  { receive }: WebhookDoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<DoorOutcome> {
  if (request.method !== 'POST' || !['', '/'].includes(request.url ?? '')) {
    hangUp(request, response, 404);
    return 'unknown';
  }
  const body = await readRawBody(request, limitBytes);
  if (body === 'broken-off') return 'broken_off';
  if (body === 'too-large') {
    hangUp(request, response, 413);
    return 'too_large';
  }
  const outcome = await receive.execute(body, request.headers);
  endResponse(response, webhookOutcomes[outcome]);
  return outcome;
}
