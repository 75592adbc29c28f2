import { ApiHeader } from '@nestjs/swagger';
import { AppError } from '@firmbridge/contracts';
import type { Request } from 'express';
import { z } from 'zod';

const header = 'Idempotency-Key';
const keySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .optional();

/** Documents the header for a method that starts something. */
export function TakesIdempotencyKey(what: string): MethodDecorator {
  return ApiHeader({
    name: header,
    required: false,
    description: `Repeating a request with the same key leads to the same ${what}. A UUID becomes the id of the ${what}.`,
    schema: { type: 'string', maxLength: 200 },
  });
}

export function idempotencyKeyOf(request: Request): string | null {
  const key = keySchema.safeParse(request.get(header));
  if (key.success) return key.data ?? null;
  throw new AppError('validation', 'request.invalid', `${header} must have 1 to 200 printable characters.`);
}
