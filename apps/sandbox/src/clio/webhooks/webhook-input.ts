import { z } from 'zod';
import { planFields } from '../api/fields.js';
import { apiRefusal, invalidArgument } from '../api/refusal.js';
import { collections } from '../data/collections.js';
import { isOnLoopback } from '../oauth/apps.js';
import type { ClioSwitches } from '../switches.js';
import { parseWrite } from '../writes/write-request.js';
import { webhookModels, type WebhookState } from './webhook.js';

const inputSchema = z.object({
  url: z.string().optional(),
  model: z.union([z.string(), z.int()]).optional(),
  fields: z.string().optional(),
  events: z.array(z.string()).optional(),
  expires_at: z.iso.datetime({ offset: true }).optional(),
});

type Settings = Pick<WebhookState, 'url' | 'model' | 'fields' | 'events' | 'expiresMs'>;

const dayMs = 86_400_000;
const fieldsLimit = 1000;

/** What a webhook shall be after a create or a patch, or the 422 that says why not (clio-api section 7). */
export function webhookSettings(
  data: unknown,
  known: WebhookState | null,
  { switches, nowMs }: { switches: ClioSwitches; nowMs: number },
): Settings {
  const input = parseWrite(inputSchema, data);
  const url = checkedUrl(input.url ?? known?.url, switches);
  const model = checkedModel(input.model ?? known?.model);
  const fields = checkedFields(input.fields ?? known?.fields, model);
  const events = checkedEvents(input.events ?? known?.events, model, switches);
  const expiresMs = checkedExpiry(input.expires_at, nowMs) ?? known?.expiresMs ?? nowMs + 3 * dayMs;
  return { url, model, fields, events, expiresMs };
}

function checkedUrl(text: string | undefined, { allowHttpOnLoopback }: ClioSwitches): string {
  const url = URL.parse(text ?? '');
  const isAllowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && allowHttpOnLoopback && isOnLoopback(url.href));
  if (!url || !isAllowed) throw invalidArgument(`'${text}' is not a valid url, only https is accepted`);
  return url.href;
}

function checkedModel(asked: string | number | undefined): string {
  const byNumber = Object.entries(webhookModels).find(([, { id }]) => String(id) === String(asked))?.[0];
  const model = byNumber ?? String(asked);
  // The sentence is the one seen live (section 7).
  if (!webhookModels[model]) throw invalidArgument(`'${asked}' is not a valid model`);
  return model;
}

function checkedFields(fields: string | undefined, model: string): string {
  if (fields === undefined || fields === '') throw apiRefusal(422, 'ArgumentError', 'fields is required');
  if (fields.length > fieldsLimit) throw invalidArgument(`fields is longer than ${fieldsLimit} characters`);
  const collection = webhookModels[model]?.collection;
  if (collection) planFields(collections[collection].shape, fields);
  return fields;
}

function checkedEvents(events: string[] | undefined, model: string, { webhookWithoutEvents }: ClioSwitches): string[] {
  const known = webhookModels[model]?.events ?? [];
  if (events === undefined) {
    if (webhookWithoutEvents === 'refused') throw invalidArgument('events is required');
    return webhookWithoutEvents === 'all' ? [...known] : [];
  }
  const unknown = events.find((event) => !known.includes(event));
  if (unknown !== undefined) throw invalidArgument(`'${unknown}' is not a valid event`);
  return events;
}

/** Three days when nothing is said, 31 at most. */
function checkedExpiry(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (ms <= nowMs || ms > nowMs + 31 * dayMs) throw invalidArgument('expires_at must be within 31 days');
  return ms;
}
