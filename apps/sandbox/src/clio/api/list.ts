import type { Collection } from '../data/collection.js';
import { pastEndsAt } from '../data/firm.js';
import type { FirmStore } from '../data/store.js';
import type { Endpoint } from '../generated/shapes.js';
import type { ClioSwitches } from '../switches.js';
import type { Predicate } from './custom-field-filter.js';
import { filterOf } from './filters.js';
import { type OrderKey, orderKeyOf, SortedIndexes } from './ordering.js';
import { decodePosition, encodePosition, type PagePosition } from './page-token.js';
import { invalidArgument } from './refusal.js';

export interface ListRequest {
  readonly store: FirmStore;
  readonly collection: Collection;
  readonly endpoint: Endpoint;
  readonly search: URLSearchParams;
  readonly switches: ClioSwitches;
  readonly sorted: SortedIndexes;
  readonly tokenGeneration: number;
}

export interface PageOfIndexes {
  readonly indexes: readonly number[];
  readonly next: string | null;
  readonly previous: string | null;
  /** Total, where it costs nothing to know. */
  readonly records: number | null;
}

const offsetLimit = 10_000;
const controlParameters = new Set(['fields', 'limit', 'order', 'offset', 'page_token', 'custom_field_ids[]']);
/** Beyond this an honest count would mean reading the collection for a mere hint. */
const countedUpTo = 20_000;

/** Which records a list request shows, in cursor mode for id(asc) without offset, else in offset mode (section 4). */
export function listPage(request: ListRequest): PageOfIndexes {
  const limit = limitOf(request);
  const order = orderOf(request);
  const token = request.search.get('page_token');
  const offset = request.search.get('offset');
  const position = token === null ? null : decodePosition(token, request.tokenGeneration);
  const candidates = candidatesOf(request);
  if (offset === null && order === null && !(position && 'offset' in position)) {
    return cursorPage(request, candidates, limit, position ?? { after: -1 });
  }
  const start = position && 'offset' in position ? position.offset : wholeNumber(offset ?? '0', 'offset');
  return offsetPage(request, candidates, { limit, start, order });
}

interface Candidates {
  /** Null for the whole collection. */
  readonly indexes: readonly number[] | null;
  readonly keep: Predicate;
  readonly isUnfiltered: boolean;
  readonly key: string;
}

function candidatesOf({ store, collection, endpoint, search, switches }: ListRequest): Candidates {
  const { name } = collection;
  const documented = endpoint.parameters.split(' ');
  const conditions: Predicate[] = [];
  let indexes: readonly number[] | null = null;
  for (const parameter of new Set(search.keys())) {
    const values = search.getAll(parameter);
    const isDocumented =
      documented.includes(parameter) ||
      documented.includes(`${parameter}[]`) ||
      (documented.includes('custom_field_values') && parameter.startsWith('custom_field_values['));
    if (controlParameters.has(parameter) || !isDocumented) continue;
    if (parameter === 'ids[]' || parameter === 'exclude_ids[]') {
      const places = values.map((id) => store.indexOf(name, wholeNumber(id, parameter))).filter((at) => at !== null);
      if (parameter === 'ids[]') indexes = [...new Set(places)].sort((a, b) => a - b);
      else conditions.push((index) => !places.includes(index));
    } else if (parameter === 'updated_since' || parameter === 'created_since') {
      const since = instantOf(values[0] ?? '', parameter);
      const readMs = (index: number) =>
        parameter === 'updated_since' ? store.updatedMs(name, index) : store.createdMs(name, index);
      conditions.push((index) => (switches.sinceIsInclusive ? readMs(index) >= since : readMs(index) > since));
      // Nothing invented is younger than the end of the past, so only what was written since can match.
      if (since > pastEndsAt) indexes ??= store.written(name);
    } else {
      conditions.push(filterOf(store, name, [parameter, values]));
    }
  }
  return {
    indexes,
    keep: (index) => store.isListed(name, index) && conditions.every((holds) => holds(index)),
    isUnfiltered: indexes === null && conditions.length === 0,
    key: [...search].filter(([key]) => !['page_token', 'offset', 'limit', 'fields'].includes(key)).join('&'),
  };
}

function cursorPage(
  request: ListRequest,
  candidates: Candidates,
  limit: number,
  position: PagePosition,
): PageOfIndexes {
  const backwards = 'before' in position;
  const from = backwards ? position.before : 'after' in position ? position.after : -1;
  const found = walk(request, candidates, { from, backwards, count: limit + 1 });
  const hasMore = found.length > limit;
  const indexes = backwards ? found.slice(0, limit).reverse() : found.slice(0, limit);
  const first = indexes[0];
  const last = indexes.at(-1);
  const isFirstPage = backwards ? !hasMore : from < 0;
  const isLastPage = backwards ? last === undefined : !hasMore;
  const { tokenGeneration } = request;
  return {
    indexes,
    next: isLastPage || last === undefined ? null : encodePosition({ after: last }, tokenGeneration),
    previous: isFirstPage || first === undefined ? null : encodePosition({ before: first }, tokenGeneration),
    records: countOf(request, candidates),
  };
}

interface Walk {
  readonly from: number;
  readonly backwards: boolean;
  readonly count: number;
}

function walk(request: ListRequest, { indexes, keep }: Candidates, { from, backwards, count }: Walk): number[] {
  const found: number[] = [];
  const step = backwards ? -1 : 1;
  const end = indexes ? indexes.length : request.store.end(request.collection.name);
  const firstBeyond = indexes ? indexes.findIndex((index) => (backwards ? index >= from : index > from)) : from + 1;
  const start = backwards ? (indexes ? (firstBeyond < 0 ? end : firstBeyond) : from) - 1 : firstBeyond;
  if (start < 0) return found;
  for (let at = start; at >= 0 && at < end && found.length < count; at += step) {
    const index = indexes ? (indexes[at] as number) : at;
    if (keep(index)) found.push(index);
  }
  return found;
}

function offsetPage(
  request: ListRequest,
  candidates: Candidates,
  { limit, start, order }: { limit: number; start: number; order: OrderKey | null },
): PageOfIndexes {
  if (start >= offsetLimit) throw invalidArgument(`offset must be less than ${offsetLimit}`);
  const { store, collection, sorted, tokenGeneration } = request;
  const all = sorted.get(`${collection.name}?${candidates.key}#${store.revision}`, () => {
    const end = store.end(collection.name);
    const everything = candidates.indexes ?? Array.from({ length: end }, (_, index) => index);
    const kept = everything.filter(candidates.keep);
    return order ? order.sort(kept) : kept;
  });
  return {
    indexes: all.slice(start, start + limit),
    next: start + limit < all.length ? encodePosition({ offset: start + limit }, tokenGeneration) : null,
    previous: start > 0 ? encodePosition({ offset: Math.max(0, start - limit) }, tokenGeneration) : null,
    records: request.switches.metaRecords ? all.length : null,
  };
}

function countOf({ store, collection, switches }: ListRequest, candidates: Candidates): number | null {
  if (!switches.metaRecords) return null;
  if (candidates.isUnfiltered) return store.size(collection.name);
  const end = store.end(collection.name);
  if (candidates.indexes === null && end > countedUpTo) return null;
  const all = candidates.indexes ?? Array.from({ length: end }, (_, index) => index);
  return all.filter(candidates.keep).length;
}

/** 200 at most, users 2000 (clio-api section 0, item 1). */
function limitOf({ collection, search }: ListRequest): number {
  const text = search.get('limit');
  if (text === null) return 200;
  const limit = wholeNumber(text, 'limit');
  const most = collection.name === 'users' ? 2000 : 200;
  if (limit < 1 || limit > most) throw invalidArgument(`limit must be between 1 and ${most}`);
  return limit;
}

/** Null is id(asc), the order of cursor mode. Allocations and credit memos default to date(asc) (section 0, item 10). */
function orderOf({ store, collection, endpoint, search, switches }: ListRequest): OrderKey | null {
  const asked = search.get('order');
  const byDate = collection.name === 'allocations' || collection.name === 'credit_memos';
  const order = asked ?? (byDate ? 'date(asc)' : 'id(asc)');
  const documented = endpoint.orders.split(' ').filter(Boolean);
  const takesOrder = endpoint.parameters.split(' ').includes('order');
  const refused =
    asked !== null &&
    (takesOrder ? documented.length > 0 && !documented.includes(asked) : !switches.undocumentedOrderAccepted);
  if (refused) throw invalidArgument(`${asked} is not a valid order`);
  return order === 'id(asc)' ? null : orderKeyOf(store, collection.name, order);
}

function wholeNumber(text: string, parameter: string): number {
  if (!/^\d+$/.test(text)) throw invalidArgument(`${parameter} must be a number`);
  return Number(text);
}

function instantOf(text: string, parameter: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalidArgument(`${parameter} must be an ISO-8601 timestamp`);
  return ms;
}
