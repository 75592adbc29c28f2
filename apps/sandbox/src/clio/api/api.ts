import { collectionAt } from '../data/collections.js';
import type { ApiAnswer, ApiRequest } from './api-request.js';
import { planFields } from './fields.js';
import { answerCollection, answerRecord, show } from './record-routes.js';
import { forbidden, notFound, Refusal } from './refusal.js';
import { answerWebhooks } from './webhook-routes.js';

/** The answer of /api/v4 to an authorised request. */
export function answerApi(request: ApiRequest): ApiAnswer {
  try {
    return route(request);
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body, headers: error.headers };
    throw error;
  }
}

function route(request: ApiRequest): ApiAnswer {
  if (request.path === '/users/who_am_i.json') return whoAmI(request);
  const webhook = /^\/webhooks(?:\/(\d+)(?:\/([a-z]+))?)?\.json$/.exec(request.path);
  if (webhook) return answerWebhooks(request, webhook[1] === undefined ? null : Number(webhook[1]), webhook[2] ?? null);
  const list = collectionAt(request.path);
  if (list) return answerCollection(request, list);
  const record = /^(?<path>.+)\/(?<id>\d+)\.json$/.exec(request.path)?.groups;
  const collection = record && collectionAt(`${record['path']}.json`);
  if (!collection) throw notFound();
  return answerRecord(request, collection, Number(record['id']));
}

/** One object, not a list (clio-api section 0, item 6). */
function whoAmI(request: ApiRequest): ApiAnswer {
  if (request.method !== 'GET') throw notFound();
  if (request.switches.forbiddenCollections.includes('who_am_i')) throw forbidden();
  return show(request, { name: 'users', index: request.user }, planFields('User', request.search.get('fields')));
}
