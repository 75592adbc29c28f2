import {
  entityEvent,
  exampleFirm,
  newMessage,
  newOrigin,
  type Cause,
  type DataOf,
  type EntityState,
  type EntityType,
  type EntityVerb,
  type Envelope,
} from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';
import type { EntityEvent } from '../entity-event.js';

export interface EntityOptions<Type extends EntityType> {
  readonly id?: string;
  readonly tenantId?: string;
  readonly state?: Partial<EntityState<Type>>;
  /** When the first event was made; each further one a second later. Default: now. */
  readonly from?: Date;
}

interface EventOptions {
  readonly cause?: Cause;
  readonly at?: Date;
}

interface Telling extends EventOptions {
  readonly relation?: Pick<DataOf<ReturnType<typeof entityEvent>>, 'mergedInto' | 'splitFrom'>;
}

/** The firm of entities for which none is named. */
export const kitTenantId = exampleFirm.tenantId;

/**
 * An entity and its life, event by event, as the platform would tell it: the version rises, `changes` says what became different.
 *
 *   const matter = anEntity('matter', { state: { number: '00007-Diaz' } });
 *   const events = [matter.created(), matter.updated({ status: 'closed' }), matter.deleted()];
 */
export function anEntity<Type extends EntityType>(type: Type, options: EntityOptions<Type> = {}): EntityLife<Type> {
  return new EntityLife(type, options);
}

export class EntityLife<Type extends EntityType> {
  readonly id: string;
  readonly tenantId: string;
  private state: EntityState<Type>;
  private readonly recordSource: RecordSource;
  private version = 0;
  private readonly from: Date;
  private told = 0;
  private isDeleted = false;

  constructor(
    readonly type: Type,
    options: EntityOptions<Type>,
  ) {
    this.id = options.id ?? randomUUID();
    this.tenantId = options.tenantId ?? kitTenantId;
    const { state, source } = exampleOf(type);
    this.state = { ...state, ...options.state };
    this.recordSource = source;
    this.from = options.from ?? new Date();
  }

  created(options: EventOptions = {}): Envelope {
    return this.tell('created', {}, options);
  }

  updated(change: Partial<EntityState<Type>>, options: EventOptions = {}): Envelope {
    return this.tell('updated', change, options);
  }

  deleted(options: EventOptions = {}): Envelope {
    this.isDeleted = true;
    return this.tell('deleted', {}, options);
  }

  /** It turned out to be the same as another, and is gone. */
  mergedInto(id: string, options: EventOptions = {}): Envelope {
    this.isDeleted = true;
    return this.tell('merged', {}, { ...options, relation: { mergedInto: { type: this.type, id } } });
  }

  /** It turned out to be another than it was taken for, and is there (again). */
  splitFrom(id: string, options: EventOptions = {}): Envelope {
    this.isDeleted = false;
    return this.tell('split', {}, { ...options, relation: { splitFrom: { type: this.type, id } } });
  }

  /** The current state once more, as a replay tells it: the version does not rise. */
  replayed(options: EventOptions = {}): Envelope {
    return this.tell(this.isDeleted ? 'deleted' : 'updated', null, { cause: 'replay', ...options });
  }

  private tell(
    verb: EntityVerb,
    change: Partial<EntityState<Type>> | null,
    { cause = 'webhook', at, relation = {} }: Telling,
  ): Envelope {
    const changes = this.changesOf(change ?? {});
    this.state = { ...this.state, ...change };
    if (change !== null) this.version += 1;
    const now = at ?? new Date(this.from.getTime() + this.told * 1_000);
    this.told += 1;
    const source = { ...this.recordSource, recordId: this.id, revision: this.version };
    const { envelope } = newMessage(
      entityEvent(this.type, verb),
      {
        ...relation,
        entityType: this.type,
        entityId: this.id,
        state: this.state,
        changes,
        cause,
        source,
        normalizerVersion: 1,
      },
      newOrigin({ service: 'mapping', tenantId: this.tenantId, now }),
      { subject: `${this.type}/${this.id}`, entityVersion: { epoch: 1, n: this.version } },
    );
    return envelope;
  }

  private changesOf(change: Partial<EntityState<Type>>) {
    const before = this.state as Record<string, unknown>;
    return Object.entries(change).map(([field, after]) => ({ field, before: before[field] ?? null, after }));
  }
}

type RecordSource = EntityEvent['source'];

/** What the contract itself shows of such an entity. */
function exampleOf<Type extends EntityType>(type: Type): { state: EntityState<Type>; source: RecordSource } {
  const { example } = entityEvent(type, 'created');
  if (example === undefined) throw new Error(`There is no example of a ${type}.`);
  return { state: example.state as EntityState<Type>, source: example.source };
}
