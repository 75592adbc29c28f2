import { clioResources, type ClioRecord } from '@firmbridge/clio-api';
import type { EntityState, EntityType } from '@firmbridge/contracts';
import { ghlResources, type GhlRecord } from '@firmbridge/ghl-api';
import type { NormalizationContext } from '../context.js';
import type { Draft, State } from '../entity-state.js';
import { Hidden } from '../hidden.js';
import type { RecordReference } from '../references.js';
import {
  entityTypeOf,
  ghlEntityTypeOf,
  type EntityTypeOf,
  type MappedGhlResource,
  type MappedResource,
} from '../resources.js';
import { text } from '../texts.js';

type Referring<Value> = Value extends { type: infer Type extends EntityType; id: string }
  ? RecordReference<Type>
  : Value extends (infer Item)[]
    ? Referring<Item>[]
    : Value extends object
      ? { readonly [Field in keyof Value]: Referring<Value[Field]> }
      : Value;

/** An entity's state while its references still name records and some of its fields may be hidden. */
export type DraftOf<Type extends EntityType> = {
  readonly [Field in keyof EntityState<Type>]:
    Referring<EntityState<Type>[Field]> | Hidden<Referring<EntityState<Type>[Field]>>;
};

/** What a reader of docs/entities.md is told beside the fields. */
export interface NormalizerFacts {
  /** Whose currency its money is in; nothing where it has none. */
  readonly money?: string;
  readonly notes?: readonly string[];
}

interface Definition<Type extends EntityType, Body> extends NormalizerFacts {
  /** Raised whenever the same record would become another state, or another title, than before. */
  readonly version: number;
  /** The line by which a person recognises the entity. */
  title(state: EntityState<Type>): string | null;
  normalize(record: Body, context: NormalizationContext): DraftOf<Type>;
}

/** Turns a record of one resource into the state of one entity: pure, and the only place that knows both spellings. */
export interface Normalizer extends NormalizerFacts {
  readonly entityType: EntityType;
  /** Entities carry the version of the normalizer that made them; what an older one made is normalized again. */
  readonly version: number;
  title(state: State): string;
  /** Throws a ZodError or an AppError when the record cannot be read. */
  normalize(body: Readonly<Record<string, unknown>>, context: NormalizationContext): Draft;
}

const titleLength = 200;

/** For a resource of Clio. */
export function defineNormalizer<Resource extends MappedResource>(
  resource: Resource,
  definition: Definition<EntityTypeOf<Resource>, ClioRecord<Resource>>,
): Normalizer {
  const { record: schema } = clioResources[resource];
  return asNormalizer(entityTypeOf[resource], (body) => schema.parse(body) as ClioRecord<Resource>, definition);
}

/** For a resource of GoHighLevel. */
export function defineGhlNormalizer<Resource extends MappedGhlResource>(
  resource: Resource,
  definition: Definition<(typeof ghlEntityTypeOf)[Resource], GhlRecord<Resource>>,
): Normalizer {
  const { schema } = ghlResources[resource];
  return asNormalizer(ghlEntityTypeOf[resource], (body) => schema.parse(body) as GhlRecord<Resource>, definition);
}

function asNormalizer<Type extends EntityType, Body>(
  entityType: Type,
  parse: (body: unknown) => Body,
  definition: Definition<Type, Body>,
): Normalizer {
  return {
    entityType,
    version: definition.version,
    ...(definition.money === undefined ? {} : { money: definition.money }),
    notes: definition.notes ?? [],
    title: (state) => {
      const title = definition.title(state as EntityState<Type>);
      return text(title?.slice(0, titleLength)) ?? entityType.replaceAll('-', ' ');
    },
    normalize: (body, context) => {
      const draft: Draft = definition.normalize(parse(body), context);
      return body['redacted'] === true ? withoutBlanks(draft) : draft;
    },
  };
}

/** Of a record that is redacted as a whole, only what it does say counts. */
function withoutBlanks(draft: Draft): Draft {
  return Object.fromEntries(
    Object.entries(draft).map(([field, value]) => [field, isBlank(value) ? new Hidden(value) : value]),
  );
}

function isBlank(value: unknown): boolean {
  return value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0);
}
