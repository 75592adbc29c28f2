import { z } from 'zod';
import { invalidArgument } from './refusal.js';

const positionSchema = z.union([
  z.object({ after: z.int() }),
  z.object({ before: z.int() }),
  z.object({ offset: z.int().nonnegative() }),
]);
export type PagePosition = z.output<typeof positionSchema>;

const tokenSchema = z.tuple([z.int(), positionSchema]);

/** An opaque page_token; tokens of an earlier generation are stale, which the control API can bring about. */
export function encodePosition(position: PagePosition, generation: number): string {
  return Buffer.from(JSON.stringify([generation, position])).toString('base64url');
}

export function decodePosition(token: string, generation: number): PagePosition {
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw invalidArgument('page_token is invalid');
  }
  const parsed = tokenSchema.safeParse(decoded);
  if (!parsed.success || parsed.data[0] !== generation) throw invalidArgument('page_token is invalid');
  return parsed.data[1];
}
