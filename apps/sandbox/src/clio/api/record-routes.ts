import type { Collection, CollectionName } from '../data/collection.js';
import { endpoints } from '../generated/shapes.js';
import { prepareActivity, refuseBilled } from '../writes/activities.js';
import { prepareContact } from '../writes/contacts.js';
import { prepareMatter } from '../writes/matters.js';
import type { PreparedWrite, WriteRequest } from '../writes/write-request.js';
import type { ApiAnswer, ApiRequest } from './api-request.js';
import { planFields } from './fields.js';
import { listPage } from './list.js';
import { apiRefusal, badRequest, forbidden, notFound, notImitated } from './refusal.js';
import { renderFor } from './shading.js';

const writers: Readonly<Partial<Record<CollectionName, (request: WriteRequest) => PreparedWrite>>> = {
  matters: prepareMatter,
  contacts: prepareContact,
  activities: prepareActivity,
};

/** `GET /matters.json`, `POST /matters.json`. */
export function answerCollection(request: ApiRequest, collection: Collection): ApiAnswer {
  refuseWithoutPermission(request, collection);
  const endpoint = endpoints[collection.path];
  if (request.method === 'GET') return list(request, collection);
  if (request.method !== 'POST' || !endpoint?.methods.includes('post')) throw notFound();
  const { firm } = request.account;
  const { values } = prepare(request, collection, null);
  const { index } = firm.create(collection.name, values);
  return {
    status: 201,
    body: { data: renderFor(request, { name: collection.name, index }, planOf(request, collection)) },
  };
}

/** `GET`, `PATCH` and `DELETE /matters/{id}.json`. */
export function answerRecord(request: ApiRequest, collection: Collection, id: number): ApiAnswer {
  refuseWithoutPermission(request, collection);
  const methods = endpoints[collection.path]?.itemMethods ?? '';
  if (!methods.includes(request.method.toLowerCase())) throw notFound();
  const { firm } = request.account;
  const index = firm.store.indexOf(collection.name, id);
  if (index === null || !firm.store.isListed(collection.name, index)) throw notFound();
  if (request.method === 'GET') return show(request, { name: collection.name, index }, planOf(request, collection));
  refuseStale(request, collection, index);
  if (request.method === 'DELETE') return remove(request, collection, index);
  const plan = planOf(request, collection);
  const { values, touch } = prepare(request, collection, index);
  firm.update(collection.name, index, values, touch);
  return { status: 200, body: { data: renderFor(request, { name: collection.name, index }, plan) } };
}

/** One record with the headers that allow a 304 (clio-api section 8.1, etags). */
export function show(
  request: ApiRequest,
  place: { name: CollectionName; index: number },
  plan: ReturnType<typeof planFields>,
): ApiAnswer {
  const { store } = request.account.firm;
  const etag = String(store.value(place.name, place.index, 'etag'));
  const updatedMs = store.updatedMs(place.name, place.index);
  const headers = { ETag: etag, 'Last-Modified': new Date(updatedMs).toUTCString() };
  const since = Date.parse(request.header('if-modified-since') ?? '');
  const known = request.header('if-none-match');
  const isKnown = known === undefined ? updatedMs <= since : known.split(/,\s*/).includes(etag);
  if (isKnown) return { status: 304, headers };
  return { status: 200, headers, body: { data: renderFor(request, place, plan) } };
}

function list(request: ApiRequest, collection: Collection): ApiAnswer {
  const { account, search, switches, tokenGeneration } = request;
  const { store, sorted } = account.firm;
  const endpoint = endpoints[collection.path];
  if (!endpoint) throw notFound();
  const plan = planOf(request, collection);
  const page = listPage({ store, collection, endpoint, search, switches, sorted, tokenGeneration });
  const paging = {
    ...(page.previous === null ? {} : { previous: pageUrl(request, page.previous) }),
    ...(page.next === null ? {} : { next: pageUrl(request, page.next) }),
  };
  const data = page.indexes.map((index) => renderFor(request, { name: collection.name, index }, plan));
  const records = page.records === null ? {} : { records: page.records };
  return { status: 200, body: { data, meta: { paging, ...records } } };
}

/** The same request at another place; braces come encoded, as in Clio's own links (section 2). */
function pageUrl({ ownUrl, search }: ApiRequest, token: string): string {
  const next = new URLSearchParams(search);
  next.delete('offset');
  next.set('page_token', token);
  return `${ownUrl}?${next.toString()}`;
}

function planOf({ search, rawQuery, switches }: ApiRequest, collection: Collection): ReturnType<typeof planFields> {
  const isEncoded = /(^|&)fields=[^&]*%7B/i.test(rawQuery);
  if (isEncoded && !switches.encodedBracesAccepted && !search.has('page_token')) throw badRequest('Invalid fields');
  return planFields(collection.shape, search.get('fields'));
}

function prepare(request: ApiRequest, collection: Collection, index: number | null): PreparedWrite {
  const write = writers[collection.name];
  if (!write) throw notImitated(`writes of ${collection.name}`);
  const body = request.body as { data?: unknown } | null | undefined;
  if (typeof body?.data !== 'object' || body.data === null) throw badRequest('The body must be wrapped in data');
  const { account, switches, now, user } = request;
  return write({ firm: account.firm, switches, now, user, index, data: body.data });
}

function remove({ account }: ApiRequest, collection: Collection, index: number): ApiAnswer {
  if (!writers[collection.name]) throw notImitated(`deletes of ${collection.name}`);
  if (collection.name === 'activities') refuseBilled(account, index);
  account.firm.remove(collection.name, index);
  return { status: 204 };
}

function refuseStale({ account, header }: ApiRequest, collection: Collection, index: number): void {
  const expected = header('if-match');
  if (expected !== undefined && expected !== account.firm.store.value(collection.name, index, 'etag')) {
    throw apiRefusal(412, 'PreconditionFailedError', 'The resource has changed');
  }
}

function refuseWithoutPermission({ switches }: ApiRequest, { name }: Collection): void {
  if (switches.forbiddenCollections.includes(name)) throw forbidden();
}
