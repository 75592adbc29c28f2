const yearFirst = /^(\d{4})[-/._](\d{1,2})[-/._](\d{1,2})/;
const monthFirst = /^(\d{1,2})[-/._](\d{1,2})[-/._](\d{4})$/;

/** Written in several orders, kept and returned as an ISO instant at midnight UTC (section 3.2). Null: no date. */
export function dateOfBirthInstant(text: string): string | null {
  const [year, month, day] = partsOf(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date.toISOString() : null;
}

function partsOf(text: string): number[] | null {
  const named = yearFirst.exec(text);
  if (named) return [Number(named[1]), Number(named[2]), Number(named[3])];
  const american = monthFirst.exec(text);
  return american ? [Number(american[3]), Number(american[1]), Number(american[2])] : null;
}
