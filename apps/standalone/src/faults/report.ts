import Table from 'cli-table3';
import { areMet, type Verdict } from './verdict.js';

/** What was seen and what was required, a column for each installation. */
export function reportTable(verdicts: readonly Verdict[]): string {
  const table = new Table({
    head: ['', ...verdicts.map(({ installation }) => installation), 'required'],
    style: { head: [], border: [], compact: true },
    colWidths: [34, ...verdicts.map(() => 34), 12],
    wordWrap: true,
  });
  // The one that says most: a story that was broken off has little to tell.
  const [fullest] = verdicts.toSorted((a, b) => b.checks.length - a.checks.length);
  for (const name of Object.keys(fullest?.figures ?? {}))
    table.push([inWords(name), ...verdicts.map(({ figures }) => String(figures[name] ?? '')), '']);
  for (const { name, most } of fullest?.checks ?? []) {
    const cells = verdicts.map(({ checks }) => {
      const check = checks.find((one) => one.name === name);
      if (!check) return '';
      return check.value <= check.most ? String(check.value) : `${check.value}  MISSED`;
    });
    table.push([inWords(name), ...cells, most === 0 ? '0' : 'one a kill']);
  }
  return table.toString();
}

/** The line that machines read. */
export function reportLine(name: string, verdicts: readonly Verdict[]): string {
  const figures = Object.fromEntries(verdicts.map((verdict) => [verdict.installation, verdict.figures]));
  const required = Object.fromEntries(
    verdicts.map(({ installation, checks }) => [
      installation,
      Object.fromEntries(checks.map((check) => [check.name, { value: check.value, most: check.most }])),
    ]),
  );
  return JSON.stringify({ name, figures, required, met: areMet(verdicts) });
}

/** `pagesFetchedAgain` -> `pages fetched again`. */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
