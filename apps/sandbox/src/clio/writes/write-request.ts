import { z } from 'zod';
import { invalidArgument } from '../api/refusal.js';
import type { ClioFirm } from '../clio-firm.js';
import type { CollectionName } from '../data/collection.js';
import type { Values } from '../data/store.js';
import type { ClioSwitches } from '../switches.js';

export interface WriteRequest {
  readonly firm: ClioFirm;
  readonly switches: ClioSwitches;
  readonly now: Date;
  /** The user the token acts as. */
  readonly user: number;
  /** Null for a creation. */
  readonly index: number | null;
  readonly data: unknown;
}

export interface PreparedWrite {
  readonly values: Values;
  /** False where only nested rows change and the switch says that they leave updated_at alone. */
  readonly touch: boolean;
}

/** The body of a write, or the 422 that names what is wrong with it. */
export function parseWrite<Schema extends z.ZodType>(schema: Schema, data: unknown): z.output<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidArgument(`${issue?.path.join('.')}: ${issue?.message}`);
}

export const idSchema = z.object({ id: z.int() });
/** "No association" is written as `{"id": null}` (clio-api section 8.1). */
export const nullableIdSchema = z.object({ id: z.int().nullable() });

/** An association that is to be written, checked for existence; undefined stays unwritten. */
export function checkedAssociation(
  firm: ClioFirm,
  collection: CollectionName,
  association: { id: number | null } | undefined,
): Values | null | undefined {
  if (association === undefined) return undefined;
  if (association.id === null) return null;
  const index = firm.store.indexOf(collection, association.id);
  if (index === null || firm.store.isHidden(collection, index)) {
    throw invalidArgument(`${collection} has no record ${association.id}`);
  }
  return { id: association.id };
}

/** Without the fields that were not written. */
export function written(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
