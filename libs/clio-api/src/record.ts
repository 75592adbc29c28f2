import { z } from 'zod';
import { clioIdSchema } from './records/values.js';

const identified = z.looseObject({ id: clioIdSchema });
const stamped = z.looseObject({ updated_at: z.iso.datetime({ offset: true }) });
const tagged = z.looseObject({ etag: z.string() });

/** The id as text, or null for something that cannot be a record. */
export function recordIdOf(record: unknown): string | null {
  const parsed = identified.safeParse(record);
  return parsed.success ? String(parsed.data.id) : null;
}

/** When Clio last changed the record, or null where it does not say. */
export function updatedAtOf(record: unknown): Date | null {
  const parsed = stamped.safeParse(record);
  return parsed.success ? new Date(parsed.data.updated_at) : null;
}

/** The etag with its own quotes, as `If-Match` and `If-None-Match` want it; payments have none. */
export function etagOf(record: unknown): string | null {
  const parsed = tagged.safeParse(record);
  return parsed.success ? parsed.data.etag : null;
}
