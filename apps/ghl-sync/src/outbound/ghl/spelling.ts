type Body = Readonly<Record<string, unknown>>;

/** GHL keeps a date with a time, and may write letters and numbers in its own way. */
function spelled(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text
    .replace(/T00:00:00.*$/, '')
    .toLowerCase()
    .replaceAll(/[\s().-]/g, '');
}

const isPlain = (value: unknown) => value === null || typeof value !== 'object';

/** Whether a record has all of these values, in whatever spelling. What is no plain value is written and read in different shapes: never. */
export function says(record: Body, values: Body): boolean {
  return Object.entries(values).every(([name, value]) => isPlain(value) && spelled(record[name]) === spelled(value));
}

/** To the letter: a change of case alone is a change. */
export function saysExactly(record: Body, values: Body): boolean {
  return Object.entries(values).every(
    ([name, value]) => isPlain(value) && (record[name] ?? '') === (value === null ? '' : value),
  );
}
