import type { z } from 'zod';

export interface WireSchema {
  readonly [keyword: string]: unknown;
}

/** The JSON Schema of a value on the wire, complete in itself. */
export function wireSchema(schema: z.ZodType, io: 'input' | 'output'): WireSchema;
