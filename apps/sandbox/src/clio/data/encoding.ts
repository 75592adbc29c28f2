import { z } from 'zod';
import { collectionNames, Ref } from './collection.js';

const refSchema = z.object({ $ref: z.tuple([z.enum(collectionNames), z.int()]) });

/** Values as JSON that can be read back: references keep their place. */
export function encodeValue(value: unknown): unknown {
  if (value instanceof Ref) return { $ref: [value.collection, value.index] };
  return mapWithin(value, encodeValue);
}

export function decodeValue(value: unknown): unknown {
  const ref = refSchema.safeParse(value);
  return ref.success ? new Ref(...ref.data.$ref) : mapWithin(value, decodeValue);
}

function mapWithin(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)]));
}
