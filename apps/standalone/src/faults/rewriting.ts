/** What a sabotaged process sends to the database instead of what it means to. */
export interface Rewriting {
  readonly from: string;
  readonly to: string;
}

export function rewritten(sql: string, rewriting: Rewriting | undefined): string {
  return rewriting === undefined ? sql : sql.replaceAll(rewriting.from, rewriting.to);
}
