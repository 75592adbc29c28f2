/** `unclear` where the record does not show it: what is only added to, what is hidden from the user, what came back empty. */
export type Seen = 'yes' | 'no' | 'unclear';

type Body = Readonly<Record<string, unknown>>;

/** Written under one name, read under another (clio-api section 3.3). */
const readAs: Readonly<Record<string, string>> = {
  default_email: 'primary',
  default_number: 'primary',
};

/** Whether a record shows everything that was to be written. */
export function hasHappened(wanted: Body, record: Body): Seen {
  return all(Object.entries(wanted).map(([name, value]) => isSeen(value, record[readAs[name] ?? name])));
}

function isSeen(wanted: unknown, seen: unknown): Seen {
  if (seen === undefined) return 'unclear';
  if (Array.isArray(wanted))
    return Array.isArray(seen) ? all(wanted.map((row) => rowIsSeen(row as Body, seen))) : 'unclear';
  if (typeof wanted === 'object' && wanted !== null) return objectIsSeen(wanted as Body, seen);
  if (sameValue(wanted, seen)) return 'yes';
  return seen === null ? 'unclear' : 'no';
}

function objectIsSeen(wanted: Body, seen: unknown): Seen {
  if (wanted['_destroy'] === true || ('id' in wanted && wanted['id'] === null)) return seen === null ? 'yes' : 'no';
  return typeof seen === 'object' && seen !== null ? hasHappened(wanted, seen as Body) : 'unclear';
}

function rowIsSeen({ id, _destroy, ...wanted }: Body, rows: readonly unknown[]): Seen {
  const candidates = rows.filter((row): row is Body => typeof row === 'object' && row !== null);
  const own = candidates.filter((row) => id === undefined || String(row['id']) === String(id));
  // A deleted value of a field that is always shown leaves an empty row without an id.
  if (_destroy === true) return own.length === 0 ? 'yes' : 'no';
  const seen = own.map((row) => hasHappened(wanted, row));
  if (seen.includes('yes')) return 'yes';
  return seen.includes('unclear') ? 'unclear' : 'no';
}

/** Status is written lower-case and read title-case; values of custom fields travel as text. */
function sameValue(wanted: unknown, seen: unknown): boolean {
  if (wanted === null || wanted === '') return seen === null || seen === '';
  if (typeof wanted === 'number') return Number(seen) === wanted && seen !== null && seen !== '';
  if (typeof wanted === 'boolean') return seen === wanted || seen === String(wanted);
  return typeof wanted === 'string' && plain(String(seen)) === plain(wanted);
}

function plain(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}

/** One that is not there is enough for "no": the provider does all or nothing. */
function all(parts: readonly Seen[]): Seen {
  if (parts.includes('no')) return 'no';
  return parts.includes('unclear') ? 'unclear' : 'yes';
}
