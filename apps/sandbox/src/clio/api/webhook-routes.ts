import type { ApiAnswer, ApiRequest } from './api-request.js';
import { planFields } from './fields.js';
import { badRequest, notFound } from './refusal.js';

/** `/webhooks.json`, `/webhooks/{id}.json` and the undocumented `PUT /webhooks/{id}/activate` (clio-api section 7). */
export function answerWebhooks(request: ApiRequest, id: number | null, action: string | null): ApiAnswer {
  const { webhooks } = request.account;
  if (action !== null) return activate(request, id, action);
  const plan = planFields('Webhook', request.search.get('fields'));
  if (id !== null) return answerOne(request, id, plan);
  if (request.method === 'POST') {
    const webhook = webhooks.create(dataOf(request), request.user);
    return { status: 201, body: { data: webhooks.render(webhook, plan) } };
  }
  if (request.method !== 'GET') throw notFound();
  const data = webhooks
    .list()
    .filter(({ user }) => user === request.user)
    .map((webhook) => webhooks.render(webhook, plan));
  return { status: 200, body: { data, meta: { paging: {}, records: data.length } } };
}

function answerOne(request: ApiRequest, id: number, plan: ReturnType<typeof planFields>): ApiAnswer {
  const { webhooks } = request.account;
  switch (request.method) {
    case 'GET':
      return { status: 200, body: { data: webhooks.render(webhooks.get(id), plan) } };
    case 'PATCH':
      return { status: 200, body: { data: webhooks.render(webhooks.patch(id, dataOf(request)), plan) } };
    case 'DELETE':
      webhooks.remove(id);
      return { status: 204 };
    default:
      throw notFound();
  }
}

function activate({ account, method, header }: ApiRequest, id: number | null, action: string): ApiAnswer {
  if (method !== 'PUT' || action !== 'activate' || id === null) throw notFound();
  const webhook = account.webhooks.activate(id, header('x-hook-secret'));
  return { status: 200, body: { data: account.webhooks.render(webhook, planFields('Webhook', null)) } };
}

function dataOf({ body }: ApiRequest): unknown {
  const { data } = (body ?? {}) as { data?: unknown };
  if (typeof data !== 'object' || data === null) throw badRequest('The body must be wrapped in data');
  return data;
}
