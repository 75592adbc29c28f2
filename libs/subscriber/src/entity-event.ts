import {
  AppError,
  entityTypes,
  entityVerbs,
  type Actor,
  type Cause,
  type DataOf,
  type EntityState,
  type EntityType,
  type EntityVerb,
  type EntityVersion,
  type entityEvent,
  type Message,
} from '@firmbridge/contracts';

type EntityEventData = DataOf<ReturnType<typeof entityEvent>>;

interface EntityEventOf<Type extends EntityType, Verb extends EntityVerb> {
  /** The same for every delivery of this event. */
  readonly id: string;
  /** ISO 8601 instant at which the event was made. */
  readonly time: string;
  /** The law firm it belongs to. */
  readonly tenantId: string;
  readonly entityType: Type;
  readonly entityId: string;
  readonly verb: Verb;
  /** Rises with each change of the entity. */
  readonly version: EntityVersion;
  /** The whole entity after the change; the last known state when it was deleted. */
  readonly state: EntityState<Type>;
  readonly changes: EntityEventData['changes'];
  readonly cause: Cause;
  /** The provider's record the entity came from. */
  readonly source: EntityEventData['source'];
  readonly normalizerVersion: number;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string | undefined;
  readonly traceparent: string | undefined;
}

/** What only some events tell: where a merged entity went, and which one a split one was taken for. */
interface RelationOf<Type extends EntityType> {
  readonly merged: { readonly mergedInto: { readonly type: Type; readonly id: string } };
  readonly split: { readonly splitFrom: { readonly type: Type; readonly id: string } };
}

/** What happened to one entity. It is a union: `entityType` tells the type of `state`, `verb` what else there is. */
export type EntityEvent<Type extends EntityType = EntityType, Verb extends EntityVerb = EntityVerb> = {
  [T in Type]: {
    [V in Verb]: EntityEventOf<T, V> & (V extends keyof RelationOf<T> ? RelationOf<T>[V] : unknown);
  }[Verb];
}[Type];

const typePattern = new RegExp(
  `^firmbridge\\.entity\\.(${entityTypes.join('|')})\\.(${entityVerbs.join('|')})\\.v\\d+$`,
);

/** Whether the type is that of an entity event, in whatever major version. */
export function isEntityEventType(type: string): boolean {
  return typePattern.test(type);
}

/** A checked message in the shape handlers get. Throws an AppError that is not retryable for what is no entity event. */
export function entityEventOf(message: Message): EntityEvent {
  const { type, entityVersion: version } = message;
  const [, entityType, verb] = typePattern.exec(type) ?? [];
  if (entityType === undefined || verb === undefined) {
    throw new AppError('validation', 'message.unknown_type', `${type} is no entity event.`);
  }
  if (version === undefined) {
    throw new AppError('validation', 'message.unparsable', 'The envelope lacks the entityversion.');
  }
  const { id, time, tenantId, actor, correlationId, causationId, traceparent } = message;
  const envelope = { id, time, tenantId, actor, correlationId, causationId, traceparent };
  // The contract of this very type has checked the data.
  return { ...envelope, ...(message.data as EntityEventData), verb, version } as EntityEvent;
}
