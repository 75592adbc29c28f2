import { invalidArgument } from './api/refusal.js';
import type { ClioFirm } from './clio-firm.js';
import { type CollectionName, idOf, Ref, rowKinds } from './data/collection.js';
import { collections } from './data/collections.js';
import { pastEndsAt } from './data/firm.js';
import { associationOf } from './data/shapes.js';
import type { Values } from './data/store.js';
import { etagText, instantText } from './data/values.js';

const rowKindOf: Readonly<Record<string, number>> = {
  email_addresses: rowKinds.email,
  phone_numbers: rowKinds.phone,
  addresses: rowKinds.address,
};
const firstControlledRow = 45_000_000;

/**
 * What a raw edit implies: rows get ids, a name follows its parts, the primary e-mail and phone follow their rows, and
 * objects that are no records are merged. Wrong types pass, names that Clio does not know are refused.
 */
export function completeValues(
  firm: ClioFirm,
  collection: CollectionName,
  index: number | null,
  patch: Values,
): Values {
  const read = (field: string): unknown => (index === null ? null : firm.store.value(collection, index, field));
  const unknown = Object.keys(patch).find((field) => associationOf(collections[collection].shape, field) === undefined);
  if (unknown !== undefined) throw invalidArgument(`${unknown} is not a field of ${collection}`);
  const values: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(patch)) {
    const kind = rowKindOf[field];
    if (kind !== undefined && Array.isArray(value)) values[field] = completeRows(firm, kind, value as Values[]);
    else values[field] = merged(read(field), value);
  }
  return collection === 'contacts' ? { ...impliedByContact(values, read), ...values } : values;
}

function merged(known: unknown, value: unknown): unknown {
  const areObjects = isPlainObject(known) && isPlainObject(value);
  return areObjects && !(known instanceof Ref) ? { ...known, ...value } : value;
}

function isPlainObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function completeRows(firm: ClioFirm, kind: number, rows: readonly Values[]): Values[] {
  const stamp = instantText(firm.firm, pastEndsAt);
  return rows.map((row, n) => {
    const place = firstControlledRow + firm.store.writes * 20 + n;
    const head = { id: idOf(firm.firm, kind, place), etag: etagText(firm.firm, [kind, place], 0) };
    return { ...head, name: 'Work', primary: n === 0, created_at: stamp, updated_at: stamp, ...row };
  });
}

function impliedByContact(values: Values, read: (field: string) => unknown): Values {
  const implied: Record<string, unknown> = {};
  const first = 'first_name' in values ? values['first_name'] : read('first_name');
  const last = 'last_name' in values ? values['last_name'] : read('last_name');
  if ('first_name' in values || 'last_name' in values) implied['name'] = [first, last].filter(Boolean).join(' ');
  const emails = values['email_addresses'];
  if (Array.isArray(emails)) implied['primary_email_address'] = (emails[0] as Values | undefined)?.['address'] ?? null;
  const phones = values['phone_numbers'];
  if (Array.isArray(phones)) implied['primary_phone_number'] = (phones[0] as Values | undefined)?.['number'] ?? null;
  return implied;
}
