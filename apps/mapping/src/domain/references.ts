import type { EntityType } from '@firmbridge/contracts';
import {
  entityTypeOf,
  ghlEntityTypeOf,
  type EntityTypeOf,
  type MappedGhlResource,
  type MappedResource,
} from './resources.js';
import { Hidden } from './hidden.js';

/** A mention of another record; becomes `{ type, id }` once the crosswalk has named the entity. */
export class RecordReference<Type extends EntityType = EntityType> {
  constructor(
    readonly type: Type,
    readonly resource: MappedResource | MappedGhlResource,
    readonly recordId: string,
  ) {}
}

/** What Clio writes for an associated record; all but the id is of no interest here. */
export interface Association {
  readonly id?: number | string | null;
  readonly redacted?: boolean | null;
}

export function ref<Resource extends MappedResource>(
  resource: Resource,
  association: Association | null | undefined,
): RecordReference<EntityTypeOf<Resource>> | Hidden<null> | null {
  if (association?.redacted === true) return new Hidden(null);
  return refById(resource, association?.id);
}

export function refById<Resource extends MappedResource>(
  resource: Resource,
  id: number | string | null | undefined,
): RecordReference<EntityTypeOf<Resource>> | null {
  return id === null || id === undefined || id === ''
    ? null
    : new RecordReference(entityTypeOf[resource], resource, String(id));
}

/** A mention of a record of GoHighLevel. */
export function ghlRef<Resource extends MappedGhlResource>(
  resource: Resource,
  id: string | null | undefined,
): RecordReference<(typeof ghlEntityTypeOf)[Resource]> | null {
  return id ? new RecordReference(ghlEntityTypeOf[resource], resource, id) : null;
}

/** A set of mentions in the order of their ids; one redacted member hides the whole set, because what it lacks is unknown. */
export function refs<Resource extends MappedResource>(
  resource: Resource,
  associations: readonly Association[] | null | undefined,
): RecordReference<EntityTypeOf<Resource>>[] | Hidden<never[]> {
  const members = associations ?? [];
  if (members.some((member) => member.redacted === true)) return new Hidden([]);
  const ids = new Set(members.flatMap(({ id }) => (id === null || id === undefined ? [] : [String(id)])));
  return [...ids]
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .map((id) => new RecordReference(entityTypeOf[resource], resource, id));
}
