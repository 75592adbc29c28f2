import { z } from 'zod';
import { ghlRequest, type GhlRequest } from './request.js';
import { changedSince, searchAfterSchema } from './requests/search.js';
import type { GhlResource } from './resources.js';

export interface GhlListOptions {
  readonly locationId: string;
  /** Users are listed by company. */
  readonly companyId?: string;
  /** Notes are listed by contact. */
  readonly contactId?: string;
  readonly pageSize: number;
  /** Only what changed at or after; ignored by resources that cannot tell. */
  readonly changedSince?: Date;
  /** As the page before gave it. */
  readonly cursor?: string;
}

/** How far a walk has come. */
type Walked = Partial<GhlListOptions>;

export interface GhlListPage {
  readonly records: readonly unknown[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  /** As HighLevel counts; null where it does not say. */
  readonly total: number | null;
}

/**
 * The call for one page, oldest first: of changes by the date of change, so that a watermark can follow it; of all by the date of
 * creation, so that what changes meanwhile stays on its page.
 */
export function ghlListRequest(resource: GhlResource, options: GhlListOptions): GhlRequest {
  const params = { locationId: options.locationId, contactId: options.contactId ?? '' };
  if (resource.paging === 'search-after') {
    return ghlRequest(resource.list, { params, body: searchBody(resource, options) });
  }
  const limit = pageSizeOf(resource, options);
  const skip = Number(options.cursor ?? 0);
  switch (resource.list) {
    case 'users.search':
      return ghlRequest(resource.list, {
        params,
        query: { companyId: options.companyId, locationId: options.locationId, limit, skip },
      });
    case 'pipelines.list':
      return ghlRequest(resource.list, { params, query: { locationId: options.locationId } });
    case 'custom-fields.list':
      return ghlRequest(resource.list, { params, query: { model: 'all' } });
    default:
      return ghlRequest(resource.list, { params });
  }
}

const pageSchema = z.looseObject({ total: z.number().nullish(), count: z.number().nullish() });
const cursoredSchema = z.looseObject({ searchAfter: searchAfterSchema.nullish(), sort: searchAfterSchema.nullish() });

/** Reads the reply to `ghlListRequest`. Throws when the records are missing: a reply without them proves nothing. */
export function readGhlListPage(resource: GhlResource, options: Walked, body: unknown): GhlListPage {
  const reply = pageSchema.parse(body);
  const listed = z.array(z.unknown()).parse(reply[resource.recordsKey]);
  const total = reply.total ?? reply.count ?? null;
  // A page may be shorter than asked for while more follow: an empty one ends the walk, or a first one that holds the total.
  const isLast = listed.length === 0 || (options.cursor === undefined && total !== null && listed.length >= total);
  return {
    records: resource.inside === null ? listed : listed.flatMap((whole) => partsOf(resource.inside, whole)),
    nextCursor: isLast ? null : nextCursor(resource, options, listed),
    total,
  };
}

const wholeSchema = z.looseObject({ id: z.string() });

/** The records inside a listed one, each with the name of what it is inside of. */
function partsOf(inside: NonNullable<GhlResource['inside']> | null, whole: unknown): unknown[] {
  const parsed = wholeSchema.parse(whole);
  if (inside === null) return [parsed];
  const parts = z.array(z.looseObject({})).nullish().parse(parsed[inside.key]);
  return (parts ?? []).map((part) => ({ ...part, [inside.as]: parsed.id }));
}

function nextCursor(resource: GhlResource, options: Walked, records: readonly unknown[]): string | null {
  if (resource.paging === 'whole') return null;
  if (resource.paging === 'skip') return String(Number(options.cursor ?? 0) + records.length);
  const last = cursoredSchema.parse(records.at(-1));
  const after = last.searchAfter ?? last.sort;
  return JSON.stringify(after ?? pageOf(options) + 1);
}

const searchCursorSchema = z.union([z.number().int().min(1), searchAfterSchema]);

function searchCursor(options: Walked) {
  return options.cursor === undefined ? 1 : searchCursorSchema.parse(JSON.parse(options.cursor));
}

function pageOf(options: Walked): number {
  const cursor = searchCursor(options);
  return typeof cursor === 'number' ? cursor : 1;
}

function searchBody(resource: GhlResource, options: GhlListOptions) {
  const { changedSince: since } = options;
  const dates = resource.searchDates;
  const field = since === undefined ? dates?.created : dates?.changed;
  const cursor = searchCursor(options);
  return {
    locationId: options.locationId,
    [resource.list === 'contacts.search' ? 'pageLimit' : 'limit']: pageSizeOf(resource, options),
    ...(field && since ? { filters: [changedSince(field, since)] } : {}),
    ...(field ? { sort: [{ field, direction: 'asc' }] } : {}),
    ...(typeof cursor === 'number' ? { page: cursor } : { searchAfter: cursor }),
  };
}

function pageSizeOf(resource: GhlResource, options: GhlListOptions): number | undefined {
  return resource.maxPageSize === null ? undefined : Math.min(options.pageSize, resource.maxPageSize);
}
