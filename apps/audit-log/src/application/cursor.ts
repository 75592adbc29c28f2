import { AppError } from '@firmbridge/contracts';
import { z } from 'zod';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** A place in a list that is ordered by instant and id, newest first. Opaque to callers. */
export interface Place {
  readonly at: string;
  readonly id: string;
}

export function encodeCursor(place: Place): string {
  return Buffer.from(JSON.stringify([place.at, place.id])).toString('base64url');
}

/** null for the beginning; throws a validation error for anything that encodeCursor did not make. */
export function decodeCursor(cursor: string | null): Place | null {
  if (cursor === null) return null;
  try {
    const [at, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { at, id };
  } catch (error) {
    throw new AppError('validation', 'cursor.invalid', 'The cursor was not made by this list.', { cause: error });
  }
}
