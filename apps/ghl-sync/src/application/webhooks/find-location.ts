import type { Database } from '@firmbridge/database';
import { findLocation, type LocationSource } from '../../persistence/webhook.repository.js';

interface Cached {
  readonly source: Promise<LocationSource | null>;
  readonly at: number;
}

const cachedMs = 10_000;
const mostCached = 5_000;

/** Finds whose a location is. What it knows it keeps for some seconds. */
export class FindLocation {
  private readonly cache = new Map<string, Cached>();

  constructor(private readonly database: Database) {}

  execute(locationId: string): Promise<LocationSource | null> {
    const known = this.cache.get(locationId);
    if (known && performance.now() - known.at < cachedMs) return known.source;
    if (this.cache.size >= mostCached) this.cache.clear();
    const source = findLocation(this.database, locationId);
    this.cache.set(locationId, { source, at: performance.now() });
    source.catch(() => this.cache.delete(locationId));
    return source;
  }
}
