export interface EnvironmentLine {
  readonly name: string;
  readonly value: string;
  /** Behind #: what counts when nothing is set. */
  readonly isDefault: boolean;
}

/** The lines `NAME=value` and `# NAME=value` of a file; other comments are prose. */
export function parseEnvironmentFile(text: string): EnvironmentLine[] {
  return [...text.matchAll(/^(# )?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, mark, name = '', value = '']) => ({
    name,
    value,
    isDefault: mark !== undefined,
  }));
}

/** What the file sets, as Compose reads it. */
export function valuesOf(lines: readonly EnvironmentLine[]): Record<string, string> {
  return Object.fromEntries(lines.filter(({ isDefault }) => !isDefault).map(({ name, value }) => [name, value]));
}

export interface Reference {
  readonly name: string;
  readonly form: 'required' | 'default' | 'plain';
}

const reference = /\$\{([A-Z][A-Z0-9_]*)(?::([-?])([^}]*))?\}/g;

export function referencesIn(text: string): Reference[] {
  return [...text.matchAll(reference)].map(([, name = '', sign]) => ({
    name,
    form: sign === '?' ? 'required' : sign === '-' ? 'default' : 'plain',
  }));
}

/** Puts values in as Compose does; throws where a required one is missing or empty. */
export function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(reference, (_match, name: string, sign: string | undefined, rest: string | undefined) => {
    const value = values[name] ?? '';
    if (value !== '') return value;
    if (sign === '?') throw new Error(`required variable ${name} is missing a value: ${rest ?? ''}`);
    return sign === '-' ? (rest ?? '') : '';
  });
}
