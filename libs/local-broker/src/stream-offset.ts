import { z } from 'zod';

export type StreamStart =
  | { readonly kind: 'first' }
  | { readonly kind: 'last' }
  | { readonly kind: 'next' }
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'time'; readonly at: Date };

const schema = z.union([
  z.enum(['first', 'last', 'next']).transform((kind): StreamStart => ({ kind })),
  z
    .number()
    .int()
    .nonnegative()
    .transform((offset): StreamStart => ({ kind: 'offset', offset })),
  z.date().transform((at): StreamStart => ({ kind: 'time', at })),
  // a timestamp as amqplib writes it, in seconds
  z
    .object({ '!': z.literal('timestamp'), value: z.number() })
    .transform(({ value }): StreamStart => ({ kind: 'time', at: new Date(value * 1000) })),
]);

/** Reads a consumer's `x-stream-offset`; without one it gets what is published from now on. undefined: not understood. */
export function startOf(argument: unknown): StreamStart | undefined {
  if (argument === undefined) return { kind: 'next' };
  const parsed = schema.safeParse(argument);
  return parsed.success ? parsed.data : undefined;
}
