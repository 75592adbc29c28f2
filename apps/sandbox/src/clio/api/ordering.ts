import { type CollectionName, Ref } from '../data/collection.js';
import type { FirmStore } from '../data/store.js';
import { invalidArgument } from './refusal.js';

export interface OrderKey {
  sort(indexes: number[]): number[];
}

type Comparable = string | number;

/** `client.name(desc)`: by a value or by a value of an association; ties go by id. */
export function orderKeyOf(store: FirmStore, name: CollectionName, order: string): OrderKey {
  const { path, direction } = /^(?<path>[a-z_.]+)\((?<direction>asc|desc)\)$/.exec(order)?.groups ?? {};
  if (path === undefined) throw invalidArgument(`${order} is not a valid order`);
  const [field = '', nested] = path.split('.');
  const sign = direction === 'desc' ? -1 : 1;
  const keyOf = (index: number): Comparable => {
    if (field === 'id') return index;
    if (field === 'updated_at') return store.updatedMs(name, index);
    if (field === 'created_at') return store.createdMs(name, index);
    return comparable(
      nested === undefined
        ? store.value(name, index, field)
        : nestedValue(store, store.value(name, index, field), nested),
    );
  };
  return {
    sort: (indexes) =>
      indexes
        .map((index) => ({ index, key: keyOf(index) }))
        .sort((a, b) => sign * compare(a.key, b.key) || a.index - b.index)
        .map(({ index }) => index),
  };
}

function nestedValue(store: FirmStore, value: unknown, field: string): unknown {
  if (value instanceof Ref) return store.value(value.collection, value.index, field);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : null;
}

function comparable(value: unknown): Comparable {
  return typeof value === 'number' || typeof value === 'string' ? value : String(value ?? '');
}

function compare(left: Comparable, right: Comparable): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
}

/** Sorted lists are costly and asked for page by page: the last few are kept. */
export class SortedIndexes {
  private readonly kept = new Map<string, readonly number[]>();

  get(key: string, make: () => readonly number[]): readonly number[] {
    const known = this.kept.get(key);
    if (known) return known;
    const made = make();
    const oldest = this.kept.keys().next();
    if (this.kept.size >= 8 && !oldest.done) this.kept.delete(oldest.value);
    this.kept.set(key, made);
    return made;
  }
}
