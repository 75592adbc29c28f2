import { searchWindow, type GhlSearchAfter, type GhlSearchFilter, type GhlSearchSort } from '@firmbridge/ghl-api';
import { refusal, unprocessable } from '../http/errors.js';
import { checkFilters, matchesAll, type FieldReader, type FieldRules } from './filters.js';

export interface SearchRules<Document> extends FieldRules {
  readonly sortable: readonly string[];
  readonly defaultSort: GhlSearchSort;
  /** Instants count as epoch milliseconds in cursors. */
  readonly instants: readonly string[];
  readonly read: FieldReader<Document>;
}

export interface SearchRequest {
  readonly size: number;
  readonly page?: number | undefined;
  readonly searchAfter?: GhlSearchAfter | undefined;
  readonly filters?: readonly GhlSearchFilter[] | undefined;
  readonly sort?: readonly GhlSearchSort[] | undefined;
}

export interface Hit<Document> {
  readonly document: Document;
  /** The cursor of the page behind this hit: its sort keys and its id. */
  readonly searchAfter: GhlSearchAfter;
}

export interface SearchPage<Document> {
  readonly hits: readonly Hit<Document>[];
  readonly total: number;
}

/** One page of the documents that pass, in the order asked for; equal keys are told apart by id (section 3.5). */
export function searchPage<Document extends { readonly id: string }>(
  documents: readonly Document[],
  request: SearchRequest,
  rules: SearchRules<Document>,
): SearchPage<Document> {
  const sorts = checkedSorts(request, rules);
  const filters = request.filters ?? [];
  checkFilters(filters, rules);
  checkPaging(request);
  const hits = documents
    .filter((document) => matchesAll(document, filters, rules.read))
    .map((document) => ({ document, searchAfter: cursorOf(document, sorts, rules) }))
    .sort((left, right) => compareCursors(left.searchAfter, right.searchAfter, sorts));
  return { hits: pageOf(hits, request, sorts), total: hits.length };
}

function checkedSorts<Document>({ sort }: SearchRequest, rules: SearchRules<Document>): readonly GhlSearchSort[] {
  const unknown = sort?.find(({ field }) => !rules.sortable.includes(field));
  if (unknown) throw unprocessable(`Invalid sort field: ${unknown.field}`);
  return sort?.length ? sort : [rules.defaultSort];
}

function checkPaging({ page, searchAfter, size }: SearchRequest): void {
  if (page !== undefined && searchAfter !== undefined) {
    throw unprocessable('page and searchAfter can not be used together');
  }
  if ((page ?? 1) * size > searchWindow) {
    throw refusal(400, `page * pageLimit can not exceed ${searchWindow}; use searchAfter`);
  }
}

function pageOf<Document>(
  hits: readonly Hit<Document>[],
  { page, searchAfter, size }: SearchRequest,
  sorts: readonly GhlSearchSort[],
): readonly Hit<Document>[] {
  if (searchAfter === undefined) return hits.slice(((page ?? 1) - 1) * size, (page ?? 1) * size);
  if (searchAfter.length !== sorts.length + 1) throw unprocessable('searchAfter does not fit the sort');
  const start = hits.findIndex((hit) => compareCursors(hit.searchAfter, searchAfter, sorts) > 0);
  return start === -1 ? [] : hits.slice(start, start + size);
}

function cursorOf<Document extends { readonly id: string }>(
  document: Document,
  sorts: readonly GhlSearchSort[],
  rules: SearchRules<Document>,
): GhlSearchAfter {
  return [
    ...sorts.map(({ field }) => sortKey(rules.read(document, field), rules.instants.includes(field))),
    document.id,
  ];
}

function sortKey(value: unknown, isInstant: boolean): string | number {
  if (value === undefined || value === null) return isInstant ? 0 : '';
  if (isInstant) return Date.parse(String(value));
  return typeof value === 'number' ? value : String(value).toLowerCase();
}

function compareCursors(left: GhlSearchAfter, right: GhlSearchAfter, sorts: readonly GhlSearchSort[]): number {
  for (const [at, { direction }] of sorts.entries()) {
    const order = compareKeys(left[at], right[at]);
    if (order !== 0) return direction === 'asc' ? order : -order;
  }
  return compareKeys(left[sorts.length], right[sorts.length]);
}

function compareKeys(left: string | number | undefined, right: string | number | undefined): number {
  if (typeof left === 'number' || typeof right === 'number') return Number(left) - Number(right);
  const [one, other] = [left ?? '', right ?? ''];
  return one < other ? -1 : one > other ? 1 : 0;
}
