import Table from 'cli-table3';
import type { PartFindings } from './part-findings.js';
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
  for (const { name, most, words = String(most) } of fullest?.checks ?? []) {
    const cells = verdicts.map(({ checks }) => {
      const check = checks.find((one) => one.name === name);
      if (!check) return '';
      return check.value <= check.most ? String(check.value) : `${check.value}  MISSED`;
    });
    table.push([inWords(name), ...cells, words]);
  }
  return table.toString();
}

/** One part of a run in a line: its figures, what it required, and whether that was met. */
export function partLine(part: string, { figures, checks }: PartFindings, seconds: number): string {
  const isMet = checks.every(({ value, most }) => value <= most);
  const seen = Object.entries(figures).map(([name, value]) => `${inWords(name)} ${value}`);
  const required = checks.map(({ name, value, most }) => `${inWords(name)} ${value}${value <= most ? '' : ' MISSED'}`);
  return `${part}: ${[...seen, ...required].join(', ')}: ${isMet ? 'met' : 'MISSED'} (${Math.round(seconds)} s)`;
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

/** The same of a run in one place only. */
export function plainReportLine(name: string, verdict: Verdict): string {
  const required = Object.fromEntries(
    verdict.checks.map((check) => [check.name, { value: check.value, most: check.most }]),
  );
  return JSON.stringify({ name, figures: verdict.figures, required, met: areMet([verdict]) });
}

/** Of a run that could not take place: nothing was missed, and nothing was shown. */
export function skippedLine(name: string): string {
  return JSON.stringify({ name, figures: {}, required: {}, met: false, skipped: true });
}

/** `pagesFetchedAgain` -> `pages fetched again`. */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
