import { jsonText } from './json-text.mjs';

/** Padded like Prettier does it, so that formatting changes nothing. A column in which nothing stands is left out. */
export function table(header, rows) {
  const used = header.map((_, column) => rows.length === 0 || rows.some((row) => row[column] !== ''));
  const cells = [header, ...rows].map((row) =>
    row.filter((_, column) => used[column]).map((cell) => cell.replaceAll('|', '\\|')),
  );
  const widths = cells[0].map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line), ''];
}

export function jsonBlock(value) {
  return ['```json', jsonText(value), '```', ''];
}

export function folded(summary, lines) {
  return ['<details>', `<summary>${summary}</summary>`, '', ...lines, '</details>', ''];
}

/** A link to a heading of the same page, by the rule of GitHub. */
export function linkTo(heading) {
  const anchor = heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
  return `[${heading}](#${anchor})`;
}
