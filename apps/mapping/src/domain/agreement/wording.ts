import type { Copy } from './agreement.js';
import type { EntityMapping, Place, Side } from './mappings.js';
import { isEmpty, type Value } from './values.js';

type Changes = Record<string, unknown>;

/** What is to be changed, in the words of the provider. */
export function changesFor(
  side: Side,
  { fields }: EntityMapping,
  values: Readonly<Record<string, Value>>,
  copy: Copy,
): Changes {
  const changes: Changes = {};
  for (const mapping of fields) {
    const value = values[mapping.field];
    if (value === undefined) continue;
    const place = mapping[side];
    if (!('rows' in place)) Object.assign(changes, written(place.properties, value, null));
    else changes[place.rows] = [rowOf(place, value, copy[mapping.field]?.row)];
  }
  return changes;
}

/** A row is changed or deleted by its id; one that is not there is added. */
function rowOf(place: Extract<Place, { rows: string }>, value: Value, row: string | undefined): Changes {
  if (row === undefined) return { ...place.added, ...written(place.properties, value, '') };
  const id = Number(row);
  return isEmpty('parts', value) ? { id, _destroy: true } : { id, ...written(place.properties, value, '') };
}

function written(properties: Place['properties'], value: Value, blank: '' | null): Changes {
  if (typeof properties === 'string') return { [properties]: value ?? blank };
  const parts = typeof value === 'object' ? value : null;
  return Object.fromEntries(Object.entries(properties).map(([part, property]) => [property, parts?.[part] ?? blank]));
}
