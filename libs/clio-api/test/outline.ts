import { z } from 'zod';
import type { PublishedSpecification } from './published-specification.js';

type Schema = Record<string, unknown>;

/** The properties of a request, on all levels, each with the values it may have. */
export type Outline = Record<string, string>;

export function outlineOf(published: PublishedSpecification, schema: Schema, prefix = ''): Outline {
  return outline(schema, prefix, (part) => published.resolve(part));
}

export function outlineOfOurs(schema: z.ZodType): Outline {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io: 'input' }) as Schema & {
    $defs?: Record<string, Schema>;
  };
  const named = Object.values($defs)[0] ?? root;
  return outline(named, '', (part) => withoutNull(part as Schema));
}

function outline(schema: Schema, prefix: string, resolve: (part: unknown) => Schema): Outline {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, unknown>);
  return Object.assign(
    {},
    ...properties.map(([name, part]) => {
      const property = resolve(part);
      const inner = property['type'] === 'array' ? resolve(property['items']) : property;
      return {
        [prefix + name]: [...((property['enum'] as string[] | undefined) ?? [])].sort().join('|'),
        ...outline(inner, `${prefix}${name}.`, resolve),
      };
    }),
  ) as Outline;
}

function withoutNull(schema: Schema): Schema {
  const forms = schema['anyOf'] as Schema[] | undefined;
  return forms?.find((form) => form['type'] !== 'null') ?? schema;
}
