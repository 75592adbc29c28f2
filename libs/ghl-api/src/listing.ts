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

export interface GhlListPage {
  readonly records: readonly unknown[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  /** As HighLevel counts; null where it does not say. */
  readonly total: number | null;
}

/** The call for one page. Sorted by date of change, oldest first, so that a watermark can follow it. */
export function ghlListRequest(resource: GhlResource, options: GhlListOptions): GhlRequest {
  const params = { locationId: options.locationId, contactId: options.contactId ?? '' };
  if (resource.paging === 'search-after') {
    return ghlRequest(resource.list, { params, body: searchBody(resource, options) });
  }
  const limit = pageSizeOf(resource, options);
  const skip = Number(options.cursor ?? 0);
  switch (resource.name) {
    case 'tasks':
      return ghlRequest(resource.list, { params, body: { limit, skip } });
    case 'users':
      return ghlRequest(resource.list, {
        params,
        query: { companyId: options.companyId, locationId: options.locationId, limit, skip },
      });
    case 'pipelines':
      return ghlRequest(resource.list, { params, query: { locationId: options.locationId } });
    case 'custom_fields':
      return ghlRequest(resource.list, { params, query: { model: 'all' } });
    default:
      return ghlRequest(resource.list, { params });
  }
}

const pageSchema = z.looseObject({ total: z.number().nullish(), count: z.number().nullish() });
const cursoredSchema = z.looseObject({ searchAfter: searchAfterSchema.nullish(), sort: searchAfterSchema.nullish() });

/** Reads the reply to `ghlListRequest`. Throws when the records are missing: a reply without them proves nothing. */
export function readGhlListPage(resource: GhlResource, options: GhlListOptions, body: unknown): GhlListPage {
  const reply = pageSchema.parse(body);
  const records = z.array(z.unknown()).parse(reply[resource.recordsKey]);
  return {
    records,
    nextCursor: records.length === 0 ? null : nextCursor(resource, options, records),
    total: reply.total ?? reply.count ?? null,
  };
}

// A page may be shorter than asked for while more follow: only an empty one ends the walk.
function nextCursor(resource: GhlResource, options: GhlListOptions, records: readonly unknown[]): string | null {
  if (resource.paging === 'whole') return null;
  if (resource.paging === 'skip') return String(Number(options.cursor ?? 0) + records.length);
  const last = cursoredSchema.parse(records.at(-1));
  const after = last.searchAfter ?? last.sort;
  return JSON.stringify(after ?? pageOf(options) + 1);
}

const searchCursorSchema = z.union([z.number().int().min(1), searchAfterSchema]);

function searchCursor(options: GhlListOptions) {
  return options.cursor === undefined ? 1 : searchCursorSchema.parse(JSON.parse(options.cursor));
}

function pageOf(options: GhlListOptions): number {
  const cursor = searchCursor(options);
  return typeof cursor === 'number' ? cursor : 1;
}

function searchBody(resource: GhlResource, options: GhlListOptions) {
  const field = resource.changedSinceFilter;
  const cursor = searchCursor(options);
  return {
    locationId: options.locationId,
    [resource.name === 'contacts' ? 'pageLimit' : 'limit']: pageSizeOf(resource, options),
    ...(field && options.changedSince ? { filters: [changedSince(field, options.changedSince)] } : {}),
    ...(field ? { sort: [{ field, direction: 'asc' }] } : {}),
    ...(typeof cursor === 'number' ? { page: cursor } : { searchAfter: cursor }),
  };
}

function pageSizeOf(resource: GhlResource, options: GhlListOptions): number | undefined {
  return resource.maxPageSize === null ? undefined : Math.min(options.pageSize, resource.maxPageSize);
}
