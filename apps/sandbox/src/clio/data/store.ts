import { type Collection, type CollectionName, collectionNames, idOf, indexOfId, kindOf, Ref } from './collection.js';
import { collectionOfShape, collections } from './collections.js';
import type { Firm } from './firm.js';
import { associationOf } from './shapes.js';
import { etagText, instantText } from './values.js';

export type Values = Readonly<Record<string, unknown>>;

export interface Change {
  readonly collection: CollectionName;
  readonly index: number;
  readonly id: number;
  readonly kind: 'created' | 'updated' | 'deleted';
  /** Names of the fields that were written. */
  readonly fields: readonly string[];
  readonly atMs: number;
  readonly before: Values;
}

/** Records that the API leaves out of a collection although they exist, or null where it shows all. */
export type UnlistedRule = (name: CollectionName) => ((index: number) => boolean) | null;

interface Overlay {
  values: Record<string, unknown>;
  version: number;
  createdMs: number | null;
  updatedMs: number;
}

/** A firm's records: what the functions say, with everything written since laid over it. */
export class FirmStore {
  /** Rises with every write: caches of answers are good for one revision. */
  revision = 0;
  /** How many writes there were, the same after a restart: numbers the rows that writes make. */
  writes = 0;
  private readonly overlays = byName<Map<number, Overlay>>(() => new Map());
  private readonly deleted = byName<Set<number>>(() => new Set());
  private readonly hidden = byName<Set<number>>(() => new Set());
  private readonly createdCount = byName<{ value: number }>(() => ({ value: 0 }));

  private readonly counted = byName<{ revision: number; size: number }>(() => ({ revision: -1, size: 0 }));

  constructor(
    readonly firm: Firm,
    private readonly unlisted: UnlistedRule = () => null,
  ) {}

  /** One more than the highest index in use. */
  end(name: CollectionName): number {
    return collections[name].count(this.firm) + this.createdCount[name].value;
  }

  /** How many records a list shows. */
  size(name: CollectionName): number {
    if (this.unlisted(name) === null) return this.end(name) - this.deleted[name].size - this.hidden[name].size;
    const counted = this.counted[name];
    if (counted.revision === this.revision) return counted.size;
    let size = 0;
    for (let index = 0; index < this.end(name); index += 1) if (this.isListed(name, index)) size += 1;
    this.counted[name] = { revision: this.revision, size };
    return size;
  }

  /** Whether the API shows the record, in a list or by itself. */
  isListed(name: CollectionName, index: number): boolean {
    if (!this.exists(name, index) || this.isHidden(name, index)) return false;
    return this.isCreated(name, index) || !this.unlisted(name)?.(index);
  }

  exists(name: CollectionName, index: number): boolean {
    return index >= 0 && index < this.end(name) && !(this.deleted[name].size > 0 && this.deleted[name].has(index));
  }

  /** Hidden from the connected user: absent from lists, redacted where it is mentioned (clio-api section 2). */
  isHidden(name: CollectionName, index: number): boolean {
    return this.hidden[name].size > 0 && this.hidden[name].has(index);
  }

  hide(name: CollectionName, id: number): void {
    const index = this.indexOf(name, id);
    if (index === null) return;
    this.hidden[name].add(index);
    this.revision += 1;
  }

  /** The place of an existing record, hidden or not. */
  indexOf(name: CollectionName, id: number): number | null {
    const index = indexOfId(this.firm, kindOf(name), id);
    return index !== null && this.exists(name, index) ? index : null;
  }

  idOf(name: CollectionName, index: number): number {
    return idOf(this.firm, kindOf(name), index);
  }

  value(name: CollectionName, index: number, field: string): unknown {
    const collection = collections[name];
    const overlay = this.overlayOf(name, index);
    if (overlay && field in overlay.values) return overlay.values[field];
    switch (field) {
      case 'id':
        return this.idOf(name, index);
      case 'etag':
        return etagText(this.firm, [kindOf(name), index], overlay?.version ?? 0);
      case 'created_at':
        return instantText(this.firm, this.createdMs(name, index));
      case 'updated_at':
        return instantText(this.firm, this.updatedMs(name, index));
      default:
        return this.isCreated(name, index) ? null : (collection.fields[field]?.(this.firm, index) ?? null);
    }
  }

  createdMs(name: CollectionName, index: number): number {
    return this.overlayOf(name, index)?.createdMs ?? wholeSeconds(collections[name].createdMs(this.firm, index));
  }

  updatedMs(name: CollectionName, index: number): number {
    return this.overlayOf(name, index)?.updatedMs ?? this.originalUpdatedMs(collections[name], index);
  }

  /** Indexes that were written since, in order; deleted ones left out. */
  written(name: CollectionName): number[] {
    return [...this.overlays[name].keys()].filter((index) => this.exists(name, index)).sort((a, b) => a - b);
  }

  apply({ collection, kind, index, values, atMs, touch }: Write): Change {
    const before = Object.fromEntries(
      Object.keys(values).map((field) => [field, this.value(collection, index, field)]),
    );
    if (kind === 'created') this.createdCount[collection].value += 1;
    if (kind === 'deleted') this.deleted[collection].add(index);
    else this.overlay(collection, index, { values, atMs: wholeSeconds(atMs), isNew: kind === 'created', touch });
    this.revision += 1;
    this.writes += 1;
    const id = this.idOf(collection, index);
    return { collection, index, id, kind, fields: Object.keys(values), atMs, before };
  }

  private overlay(name: CollectionName, index: number, write: OverlayWrite): void {
    const known = this.overlayOf(name, index);
    this.overlays[name].set(index, {
      values: { ...known?.values, ...this.withRefs(name, write.values) },
      version: (known?.version ?? 0) + 1,
      createdMs: write.isNew ? write.atMs : (known?.createdMs ?? null),
      updatedMs: write.touch ? write.atMs : this.updatedMs(name, index),
    });
  }

  private overlayOf(name: CollectionName, index: number): Overlay | undefined {
    const overlays = this.overlays[name];
    return overlays.size === 0 ? undefined : overlays.get(index);
  }

  private isCreated(name: CollectionName, index: number): boolean {
    return index >= collections[name].count(this.firm);
  }

  /** Within nine days of the creation; a third is never touched again. */
  private originalUpdatedMs(collection: Collection, index: number): number {
    const createdMs = collection.createdMs(this.firm, index);
    const seed = this.firm.hash(kindOf(collection.name), index, 99);
    return wholeSeconds(seed % 3 === 0 ? createdMs : createdMs + (seed % 750_000) * 1000);
  }

  /** Associations are written as `{id}` and kept as references, so that they show the other record as it is now. */
  private withRefs(name: CollectionName, values: Values): Record<string, unknown> {
    const { shape } = collections[name];
    return Object.fromEntries(
      Object.entries(values).map(([field, value]) => [field, this.withRef(shape, field, value)]),
    );
  }

  private withRef(shape: string, field: string, value: unknown): unknown {
    const association = associationOf(shape, field);
    const target = association ? collectionOfShape(association.shape) : null;
    if (!target) return value;
    if (Array.isArray(value)) return value.map((one) => this.refTo(target.name, one) ?? one);
    return this.refTo(target.name, value) ?? value;
  }

  private refTo(name: CollectionName, value: unknown): Ref | null {
    if (typeof value !== 'object' || value === null || !('id' in value)) return null;
    const index = typeof value.id === 'number' ? this.indexOf(name, value.id) : null;
    return index === null ? null : new Ref(name, index);
  }
}

/** Clio's timestamps have no fractions, so two writes within a second look alike. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

export interface Write {
  readonly collection: CollectionName;
  readonly kind: Change['kind'];
  /** For a creation the first index beyond the end. */
  readonly index: number;
  readonly values: Values;
  readonly atMs: number;
  /** False leaves updated_at as it was. */
  readonly touch: boolean;
}

interface OverlayWrite {
  readonly values: Values;
  readonly atMs: number;
  readonly isNew: boolean;
  readonly touch: boolean;
}

function byName<Value>(make: () => Value): Record<CollectionName, Value> {
  return Object.fromEntries(collectionNames.map((name) => [name, make()])) as Record<CollectionName, Value>;
}
