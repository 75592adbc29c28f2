import { clioResources, type ClioRecord } from '@firmbridge/clio-api';
import type { EntityState, EntityType } from '@firmbridge/contracts';
import type { NormalizationContext } from '../context.js';
import type { Draft, State } from '../entity-state.js';
import { Hidden } from '../hidden.js';
import type { RecordReference } from '../references.js';
import { entityTypeOf, type EntityTypeOf, type MappedResource } from '../resources.js';
import { text } from '../texts.js';

type Referring<Value> = Value extends { type: infer Type extends EntityType; id: string }
  ? RecordReference<Type>
  : Value extends (infer Item)[]
    ? Referring<Item>[]
    : Value;

/** An entity's state while its references still name records and some of its fields may be hidden. */
export type DraftOf<Type extends EntityType> = {
  readonly [Field in keyof EntityState<Type>]:
    Referring<EntityState<Type>[Field]> | Hidden<Referring<EntityState<Type>[Field]>>;
};

interface Definition<Resource extends MappedResource> {
  /** The line by which a person recognises the entity. */
  title(state: EntityState<EntityTypeOf<Resource>>): string | null;
  normalize(record: ClioRecord<Resource>, context: NormalizationContext): DraftOf<EntityTypeOf<Resource>>;
}

/** Turns a record of one resource into the state of one entity: pure, and the only place that knows both spellings. */
export interface Normalizer {
  readonly entityType: EntityType;
  title(state: State): string;
  /** Throws a ZodError or an AppError when the record cannot be read. */
  normalize(body: Readonly<Record<string, unknown>>, context: NormalizationContext): Draft;
}

const titleLength = 200;

export function defineNormalizer<Resource extends MappedResource>(
  resource: Resource,
  definition: Definition<Resource>,
): Normalizer {
  const entityType = entityTypeOf[resource];
  const { record: schema } = clioResources[resource];
  return {
    entityType,
    title: (state) => {
      const title = definition.title(state as EntityState<EntityTypeOf<Resource>>);
      return text(title?.slice(0, titleLength)) ?? entityType.replaceAll('-', ' ');
    },
    normalize: (body, context) => {
      const draft: Draft = definition.normalize(schema.parse(body) as ClioRecord<Resource>, context);
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
