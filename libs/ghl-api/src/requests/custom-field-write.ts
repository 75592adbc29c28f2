import { z } from 'zod';

const value = { field_value: z.unknown().optional(), fieldValue: z.unknown().optional() };

/**
 * Writing takes `field_value` with an id or a key; reading gives `{id, value}` or `{id, fieldValue}`. `fieldValue` is the v3
 * spelling. Prefer the id: a key may be renamed.
 */
export const customFieldWriteSchema = z.union([
  z.strictObject({ id: z.string().min(1), key: z.string().optional(), ...value }),
  z.strictObject({ id: z.string().optional(), key: z.string().min(1), ...value }),
]);
export type GhlCustomFieldWrite = z.input<typeof customFieldWriteSchema>;
