import type { GhlStore } from '../data/store.js';

/** Lower-cased, trimmed, each once, in the order given (section 5). */
export function normalTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim().toLowerCase()).filter((tag) => tag !== ''))];
}

/** A tag nobody used before joins the location's dictionary. */
export function rememberTags(store: GhlStore, locationId: string, tags: readonly string[]): void {
  const known = new Set(store.tags.where((tag) => tag.locationId === locationId).map((tag) => tag.name));
  for (const name of tags.filter((tag) => !known.has(tag))) {
    store.tags.put({ id: store.tags.nextId(), locationId, name });
  }
}
