import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** What somebody from outside would put where a field asks for something: values of another firm, by the name of the field. */
export type Foreign = (field: string) => string | undefined;

interface Schema {
  readonly $ref?: string | undefined;
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly minimum?: number | undefined;
  readonly minItems?: number | undefined;
  readonly minLength?: number | undefined;
  readonly items?: Schema | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    // Of several types the first is as good as any; `null` stands last.
    type: z.union([z.string(), z.array(z.string()).transform(([first]) => first)]).optional(),
    format: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    minimum: z.number().optional(),
    minItems: z.number().optional(),
    minLength: z.number().optional(),
    items: schema.optional(),
    properties: z.record(z.string(), schema).optional(),
    anyOf: z.array(schema).optional(),
    oneOf: z.array(schema).optional(),
  }),
);

const parameter = z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']), schema });
const operation = z.object({
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ content: z.object({ 'application/json': z.object({ schema }) }) }).optional(),
});
type Operation = z.output<typeof operation>;

/** As far as requests are made from it. */
export const apiDescription = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});
export type ApiDescription = z.output<typeof apiDescription>;

export interface SampleRequest {
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** Requests to every route: without anything optional, with everything at once, and with each optional parameter alone. */
export function sampleRequests(api: ApiDescription, foreign: Foreign): SampleRequest[] {
  return Object.entries(api.paths).flatMap(([route, methods]) =>
    Object.entries(methods).flatMap(([method, described]) => requestsOf(api, foreign, { route, method, described })),
  );
}

interface Described {
  readonly route: string;
  readonly method: string;
  readonly described: Operation;
}

function requestsOf(api: ApiDescription, foreign: Foreign, { route, method, described }: Described): SampleRequest[] {
  const { parameters, requestBody } = described;
  const valuesOf = (name: string, given: Schema) =>
    given.enum?.map(String) ?? [String(sample(api, foreign, given, name))];
  const path = parameters
    .filter((one) => one.in === 'path')
    .reduce((filled, one) => filled.replace(`{${one.name}}`, valuesOf(one.name, one.schema)[0] ?? ''), route);
  const optional = parameters
    .filter((one) => one.in === 'query' && one.name !== 'limit')
    .flatMap((one) => valuesOf(one.name, one.schema).map((value) => [one.name, value] as [string, string]));
  const queries = [[], optional, ...optional.map((one) => [one])].map((pairs) => new URLSearchParams(pairs).toString());
  const body = requestBody && sample(api, foreign, requestBody.content['application/json'].schema, '');
  return [...new Set(queries)].map((query) => ({
    ...{ route: `${method.toUpperCase()} ${route}`, method: method.toUpperCase(), body },
    path: query === '' ? path : `${path}?${query}`,
  }));
}

function sample(api: ApiDescription, foreign: Foreign, given: Schema, field: string): unknown {
  const { $ref, type, enum: names, anyOf, oneOf, properties, items } = given;
  const again = (one: Schema, name = field) => sample(api, foreign, one, name);
  if ($ref !== undefined) return again(api.components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {});
  if (given.const !== undefined) return given.const;
  if (names !== undefined) return names[0];
  const some = (anyOf ?? oneOf)?.find((one) => one.type !== 'null');
  if (some !== undefined) return again(some);
  if (properties !== undefined)
    return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, again(one, name)]));
  if (type === 'array') return items === undefined ? [] : [again(items, field.replace(/s$/, ''))];
  if (type === 'integer' || type === 'number') return given.minimum ?? 1;
  if (type === 'boolean') return false;
  return foreign(field) ?? textOf(given);
}

function textOf({ format, minLength = 1 }: Schema): string {
  if (format === 'uuid') return randomUUID();
  if (format === 'date-time') return '2026-01-15T10:00:00.000Z';
  if (format === 'email') return 'nobody@firmbridge.example';
  return 'nothing'.padEnd(minLength, '-');
}
