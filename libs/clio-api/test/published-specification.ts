import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const file = fileURLToPath(new URL('../../../../shared/reference/clio-openapi.json', import.meta.url));

const reference = z.object({ $ref: z.string() });
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        requestBody: z.looseObject({ content: z.record(z.string(), z.unknown()) }).optional(),
        parameters: z.array(z.looseObject({ name: z.string(), in: z.string(), schema: z.looseObject({}) })).optional(),
        responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.unknown()).optional() })),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

type Schema = Record<string, unknown>;

/** Clio's published OpenAPI document, read only as far as the tests ask. */
export class PublishedSpecification {
  private constructor(private readonly document: z.output<typeof documentSchema>) {}

  /** Null where the reference material is not beside the repository. */
  static read(): PublishedSpecification | null {
    return existsSync(file)
      ? new PublishedSpecification(documentSchema.parse(JSON.parse(readFileSync(file, 'utf8'))))
      : null;
  }

  has(path: string, method: string): boolean {
    return this.document.paths[path]?.[method] !== undefined;
  }

  parameters(path: string): string[] {
    return this.parametersOf(path).map(({ name }) => name);
  }

  orders(path: string): unknown {
    return this.parametersOf(path).find(({ name }) => name === 'order')?.schema['enum'];
  }

  /** The schema of one record in the answer of a GET, lists unwrapped. */
  recordSchema(path: string): Schema {
    const content = Object.values(this.document.paths[path]?.['get']?.responses['200']?.content ?? {})[0];
    const answer = this.resolve((content as { schema: unknown }).schema);
    const data = this.properties(answer)['data'] as Schema;
    return this.resolve(data['type'] === 'array' ? data['items'] : data);
  }

  /** The schema of what is written, without its wrapper. */
  writeSchema(path: string, method: 'post' | 'patch'): Schema {
    const content = this.document.paths[path]?.[method]?.requestBody?.content['application/json'];
    return this.resolve(this.properties(this.resolve((content as { schema: unknown }).schema))['data']);
  }

  properties(schema: Schema): Record<string, Schema> {
    const parts = (schema['allOf'] as unknown[] | undefined) ?? [];
    const inherited = parts.map((part) => this.properties(this.resolve(part)));
    return Object.assign({}, ...inherited, schema['properties'] ?? {}) as Record<string, Schema>;
  }

  /** What a property holds: the associated schema, or null for a plain value. */
  association(property: Schema): Schema | null {
    const target = property['type'] === 'array' ? property['items'] : property;
    return reference.safeParse(target).success ? this.resolve(target) : null;
  }

  resolve(schema: unknown): Schema {
    const pointer = reference.safeParse(schema);
    if (!pointer.success) return schema as Schema;
    const found = this.document.components.schemas[pointer.data.$ref.split('/').at(-1) ?? ''];
    if (!found) throw new Error(`The specification refers to ${pointer.data.$ref}, which it does not have.`);
    return found;
  }

  private parametersOf(path: string) {
    return this.document.paths[path]?.['get']?.parameters ?? [];
  }
}
