import { ghlResourceNameSchema, ghlResources, type GhlResource } from '@firmbridge/ghl-api';
import type { SyncedResource } from '@firmbridge/sync-engine';

/** Searches are some seconds behind (ghl-api 3.5); a minute is more than anybody has seen. */
export const indexLagMs = 60_000;
/** Records of a page whose children are read, each by a call of its own. */
const parentsPerPage = 10;
/** So that all records of a page could be read by their ids within a burst. */
export const largestPage = 100;

export function resourceOf({ resource }: { readonly resource: string }): GhlResource {
  return ghlResources[ghlResourceNameSchema.parse(resource)];
}

export function pageSizeOf({ maxPageSize }: GhlResource): number {
  return Math.min(maxPageSize ?? largestPage, largestPage);
}

/** A resource of the catalogue as the engine sees it. */
export function syncedResource(resource: GhlResource): SyncedResource {
  const { name, label, paging, of, searchDates, pollEvery } = resource;
  const isChild = of === 'contact';
  return {
    name,
    incremental: isChild || searchDates !== null,
    // No list can be ordered by id; one reply that holds everything needs no order.
    sweep: isChild || paging === 'whole' ? 'by-id' : 'unordered',
    pageSize: isChild ? parentsPerPage : pageSizeOf(resource),
    pollEvery,
    permissionAdvice: `Grant the app the scope to read ${label.toLowerCase()} in GoHighLevel, and connect the location again.`,
    ...(isChild && { childOf: 'contacts' }),
    ...(paging === 'search-after' && { indexLagMs }),
  };
}
