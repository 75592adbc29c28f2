export interface Identified {
  readonly id: string;
}

export interface CollectionOptions {
  /** Told of every change before the caller goes on; `null` is a delete. */
  readonly onChange: (id: string, record: Identified | null) => void;
  readonly newId: (attempt: number) => string;
}

/** Records of one kind in the order of their creation. An id is never given twice, not even after a delete. */
export class Collection<Stored extends Identified> {
  private readonly records = new Map<string, Stored>();
  private readonly used = new Set<string>();
  private attempts = 0;

  constructor(private readonly options: CollectionOptions) {}

  get(id: string): Stored | undefined {
    return this.records.get(id);
  }

  all(): Stored[] {
    return [...this.records.values()];
  }

  where(test: (record: Stored) => boolean): Stored[] {
    return this.all().filter(test);
  }

  find(test: (record: Stored) => boolean): Stored | undefined {
    for (const record of this.records.values()) if (test(record)) return record;
    return undefined;
  }

  put(record: Stored): Stored {
    this.load(record);
    this.options.onChange(record.id, record);
    return record;
  }

  remove(id: string): boolean {
    const existed = this.records.delete(id);
    if (existed) this.options.onChange(id, null);
    return existed;
  }

  nextId(): string {
    for (;;) {
      const id = this.options.newId(this.attempts++);
      if (!this.used.has(id)) return id;
    }
  }

  /** As `put`, without telling anybody: seed and journal. */
  load(record: Stored): void {
    this.used.add(record.id);
    this.records.set(record.id, record);
  }

  unload(id: string): void {
    this.records.delete(id);
  }

  clear(): void {
    this.records.clear();
    this.used.clear();
    this.attempts = 0;
  }
}
