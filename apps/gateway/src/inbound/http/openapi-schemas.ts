import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

export interface OpenApiSchema {
  readonly schema: JsonSchema;
  readonly components: Record<string, JsonSchema>;
}

/**
 * A zod schema in OpenAPI 3.1's terms. A schema with an id (`.meta({ id })`) becomes a component and is referred to, wherever
 * it stands.
 */
export function toOpenApi(schema: z.ZodType, io: 'input' | 'output'): OpenApiSchema {
  const hasName = schema.meta()?.id !== undefined;
  // The root of a document is never a reference; the element of a list is.
  const converted = z.toJSONSchema(hasName ? z.array(schema) : schema, {
    target: 'draft-2020-12',
    io,
    override: ({ jsonSchema }) => tidy(jsonSchema, io),
  });
  const {
    $schema: _dialect,
    $defs = {},
    ...root
  } = JSON.parse(JSON.stringify(converted)) as JsonSchema & {
    $defs?: Record<string, JsonSchema>;
  };
  return rewritten({
    schema: hasName ? (root['items'] as JsonSchema) : root,
    components: Object.fromEntries(Object.entries($defs).map(([name, { id: _id, ...component }]) => [name, component])),
  });
}

/** Takes out what says nothing to a reader: the range of safe integers, patterns beside a format, closed answers. */
function tidy(jsonSchema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  // A later version may answer more.
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

function rewritten(schemas: OpenApiSchema): OpenApiSchema {
  return JSON.parse(JSON.stringify(schemas).replaceAll('"#/$defs/', '"#/components/schemas/')) as OpenApiSchema;
}
