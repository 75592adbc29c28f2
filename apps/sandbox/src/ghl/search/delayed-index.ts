interface Version<Document> {
  readonly visibleAt: number;
  readonly document: Document | null;
}

/** A search index that runs behind: what was written is found only after a delay (section 3.5). */
export class DelayedIndex<Document> {
  private readonly versions = new Map<string, Version<Document>[]>();

  constructor(
    private readonly now: () => number,
    private readonly delayMs: () => number,
  ) {}

  /** At once: for what was there before the sandbox started. */
  load(id: string, document: Document): void {
    this.versions.set(id, [{ visibleAt: -Infinity, document }]);
  }

  /** A new state, or null for a delete. */
  write(id: string, document: Document | null): void {
    const version = { visibleAt: this.now() + this.delayMs(), document };
    this.versions.set(id, [...(this.versions.get(id) ?? []), version]);
  }

  found(): Document[] {
    const now = this.now();
    return [...this.versions].flatMap(([id, versions]) => {
      const visible = versions.findLastIndex(({ visibleAt }) => visibleAt <= now);
      if (visible > 0) this.versions.set(id, versions.slice(visible));
      const document = versions[visible]?.document ?? null;
      if (document === null && visible === versions.length - 1) this.versions.delete(id);
      return document === null ? [] : [document];
    });
  }

  clear(): void {
    this.versions.clear();
  }
}
