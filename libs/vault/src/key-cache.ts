interface Entry<Value> {
  readonly value: Promise<Value>;
  readonly until: number;
}

export interface KeyCacheOptions {
  readonly clock: () => Date;
  readonly maxEntries: number;
  readonly lifetimeMs: number;
}

/** Remembers what was loaded for a while, the least recently used goes first; one load at a time per name, failures are forgotten. */
export class KeyCache<Value> {
  private readonly entries = new Map<string, Entry<Value>>();

  constructor(private readonly options: KeyCacheOptions) {}

  get(name: string, load: () => Promise<Value>): Promise<Value> {
    const now = this.options.clock().getTime();
    const known = this.entries.get(name);
    this.entries.delete(name);
    const entry = known && known.until > now ? known : this.loaded(name, load, now);
    this.entries.set(name, entry);
    if (this.entries.size > this.options.maxEntries) this.entries.delete(this.entries.keys().next().value as string);
    return entry.value;
  }

  forget(name: string): void {
    this.entries.delete(name);
  }

  get size(): number {
    return this.entries.size;
  }

  private loaded(name: string, load: () => Promise<Value>, now: number): Entry<Value> {
    const entry: Entry<Value> = { value: load(), until: now + this.options.lifetimeMs };
    entry.value.catch(() => {
      if (this.entries.get(name) === entry) this.entries.delete(name);
    });
    return entry;
  }
}
