const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** What can only come from one firm: its ids, and words that were planted there. */
export class Marks {
  private constructor(
    private readonly ids: ReadonlySet<string>,
    private readonly words: readonly string[],
  ) {}

  /** `ours` is what the firm itself is told, `common` what others are told too. */
  static of(ours: readonly string[], common: readonly string[], words: readonly string[]): Marks {
    const known = new Set(common.flatMap(idsIn));
    return new Marks(new Set(ours.flatMap(idsIn).filter((id) => !known.has(id))), words);
  }

  get count(): number {
    return this.ids.size + this.words.length;
  }

  /** Marks in an answer that whoever asked did not bring along. */
  leakedBy(answer: string, asked: string): string[] {
    const brought = new Set(idsIn(asked));
    const ids = idsIn(answer).filter((id) => this.ids.has(id) && !brought.has(id));
    const words = this.words.filter((word) => answer.includes(word) && !asked.includes(word));
    return [...new Set([...ids, ...words])];
  }
}

function idsIn(text: string): string[] {
  return [...text.matchAll(uuid)].map(([id]) => id.toLowerCase());
}
