import { z } from 'zod';
import { apiRefusal } from '../api/refusal.js';
import type { ClioFirm } from '../clio-firm.js';
import { idOf, type rowKinds } from '../data/collection.js';
import { etagText, instantText } from '../data/values.js';

export type Row = Readonly<Record<string, unknown>>;

const most = 20;
const firstWrittenRow = 40_000_000;

const rowInput = z.looseObject({ id: z.int().nullish(), _destroy: z.boolean().optional() });
export type RowInput = z.output<typeof rowInput>;
export const rowsInput = z.array(rowInput);

export interface RowMerge {
  readonly firm: ClioFirm;
  readonly kind: (typeof rowKinds)[keyof typeof rowKinds];
  readonly now: Date;
  readonly known: readonly Row[];
  /** The input without id and _destroy, as it is shown when read. */
  readonly shown: (input: Row) => Row;
  /** Name of the flag that makes a row the primary one. */
  readonly primaryFlag: 'default_email' | 'default_number' | 'primary';
}

/** With id a row is updated, without it appended, with _destroy deleted; at most 20 (clio-api sections 1 and 8.2). */
export function mergeRows(merge: RowMerge, inputs: readonly RowInput[]): Row[] {
  const rows = new Map(merge.known.map((row) => [row['id'], row]));
  inputs.forEach((input, n) => {
    const { id, _destroy, ...rest } = input;
    if (id !== null && id !== undefined && !rows.has(id)) {
      throw apiRefusal(404, 'NotFoundError', `Couldn't find the row ${id}`);
    }
    const stamp = instantText(merge.firm.firm, merge.now.getTime());
    const place = firstWrittenRow + merge.firm.store.writes * most + n;
    if (_destroy) rows.delete(id);
    else if (id !== null && id !== undefined)
      rows.set(id, { ...rows.get(id), ...merge.shown(rest), updated_at: stamp });
    else {
      const own = idOf(merge.firm.firm, merge.kind, place);
      const etag = etagText(merge.firm.firm, [merge.kind, place], 0);
      const head = { id: own, etag, created_at: stamp, updated_at: stamp, primary: false };
      rows.set(own, { ...head, ...merge.shown(rest) });
    }
    if (input[merge.primaryFlag] === true) makePrimary(rows, id ?? idOf(merge.firm.firm, merge.kind, place));
  });
  if (rows.size > most) throw apiRefusal(422, 'ArgumentError', `A contact can have at most ${most} of these`);
  if (rows.size > 0 && ![...rows.values()].some((row) => row['primary'] === true)) {
    makePrimary(rows, rows.keys().next().value);
  }
  return [...rows.values()];
}

function makePrimary(rows: Map<unknown, Row>, id: unknown): void {
  for (const [key, row] of rows) rows.set(key, { ...row, primary: key === id });
}
