import Table from 'cli-table3';
import { wrapped } from './text.js';

export interface Column {
  readonly head: string;
  /** Of its text. */
  readonly width: number;
  readonly align?: 'left' | 'right';
}

/** A table as wide as its columns, each with 3 characters for its border and 1 for the last. Longer lines of a cell are broken. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({
    head: columns.map(({ head }) => head),
    colWidths: columns.map(({ width }) => width + 2),
    colAligns: columns.map(({ align = 'left' }) => align),
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    drawn.push(
      row.map((cell, index) =>
        cell
          .split('\n')
          .map((line) => wrapped(line, columns[index]?.width ?? 20))
          .join('\n'),
      ),
    );
  }
  return drawn.toString();
}

/** `name   value` lines under each other. */
export function facts(entries: readonly (readonly [name: string, value: string | null])[]): string {
  const given = entries.filter((entry): entry is readonly [string, string] => entry[1] !== null);
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}
