import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { z } from 'zod';

const folder = fileURLToPath(new URL('../../../../shared/reference/ghl-openapi/v2', import.meta.url));
const published = existsSync(folder);
if (!published) process.stderr.write('Skipped: the published HighLevel specification is not beside this checkout.\n');
export const withSpecification = published ? describe : describe.skip;

const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});
const operationSchema = z.looseObject({
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.string(),
        required: z.boolean().optional(),
        schema: z.looseObject({ enum: z.array(z.string()).optional() }).optional(),
      }),
    )
    .default([]),
  requestBody: z
    .looseObject({
      content: z.looseObject({ 'application/json': z.looseObject({ schema: z.looseObject({ $ref: z.string() }) }) }),
    })
    .optional(),
});
const replySchema = z.looseObject({
  responses: z.record(
    z.string(),
    z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })).optional() }),
  ),
});

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/**
 * Where the published schema is wrong and live replies are known to differ; each case is in the reference. A pointer into
 * `components/schemas` is replaced by a schema that lets the truth pass.
 */
export const corrections: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  contacts: {
    // A text like 1990-09-25, as the examples beside it show; published as an object.
    'CreateContactDto.dateOfBirth': { type: 'string' },
    'UpsertContactDto.dateOfBirth': { type: 'string' },
    'UpdateContactDto.dateOfBirth': { type: 'string' },
    // Custom field values are lists and numbers as well.
    CustomFieldSchema: { type: 'object', properties: { id: { type: 'string' }, value: {} } },
  },
  opportunities: {
    // Marks all that a search may say as required.
    'OpportunitySearchBodyDTO#required': [],
    // A list of objects, published as a list of lists.
    'PipelinesResponseSchema.stages': { type: 'array', items: { type: 'object' } },
    // Numbers are missing from the alternatives, and objects match two of them.
    'CustomFieldResponseSchema.fieldValue': {},
  },
  locations: {
    'LocationTaskListSuccessfulResponseDto.tasks': { type: 'array', items: { type: 'object' } },
  },
  oauth: {},
  users: {
    // Published as an enum that is a list and a text at once.
    'UserSchema.scopes': {},
    'UserSuccessfulResponseDto.scopes': {},
  },
};

/** What HighLevel takes and does not publish (ghl-api.md sections 3.5 and 4). */
const unpublished: Readonly<Record<string, readonly string[]>> = {
  SearchBodyV2DTO: ['locationId', 'pageLimit', 'page', 'searchAfter', 'filters', 'sort', 'query'],
  OpportunitySearchBodyDTO: ['filters', 'sort'],
};

export interface Sent {
  readonly query: Readonly<Record<string, unknown>>;
  readonly version: string | undefined;
  readonly body: unknown;
}

/** Validates requests to one app and its replies; `additionalProperties` stay allowed: live replies carry more than is published. */
export class PublishedApp {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, formats: fullFormats });
  private readonly document: z.output<typeof documentSchema>;

  constructor(private readonly app: string) {
    const text = readFileSync(`${folder}/apps/${app}.json`, 'utf8').replaceAll(
      '../common/common-schemas.json#',
      'common#',
    );
    this.document = documentSchema.parse(JSON.parse(text));
    for (const [pointer, schema] of Object.entries(corrections[app] ?? {})) this.correct(pointer, schema);
    this.ajv.addSchema(JSON.parse(readFileSync(`${folder}/common/common-schemas.json`, 'utf8')), 'common');
    this.ajv.addSchema(this.document, 'app');
  }

  /** What is wrong with a reply; empty when it is as published. */
  faultsOf(method: string, path: string, answer: { readonly status: number; readonly body: unknown }): string[] {
    const operation = replySchema.parse(this.document.paths[path]?.[method.toLowerCase()]);
    const known = operation.responses[String(answer.status)];
    if (!known) return [`status ${answer.status} is not published`];
    if (!known.content) return [];
    const pointer = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(answer.status),
      'content',
      'application/json',
      'schema',
    ];
    const encoded = pointer.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).map(encodeURIComponent);
    return this.check(`app#/${encoded.join('/')}`, answer.body);
  }

  /** What is wrong with a request; empty when HighLevel would take it. */
  faultsOfRequest(method: string, path: string, { query, version, body }: Sent): string[] {
    const published = this.document.paths[path]?.[method.toLowerCase()];
    if (published === undefined) return [`${method} ${path} is not published`];
    const { parameters, requestBody } = operationSchema.parse(published);
    const known = parameters.filter((parameter) => parameter.in === 'query');
    const versions = parameters.find(({ name }) => name === 'Version')?.schema?.enum ?? [];
    const reference = requestBody?.content['application/json'].schema.$ref;
    return [
      ...known.filter(({ name, required }) => required && !(name in query)).map(({ name }) => `${name} is missing`),
      ...Object.keys(query).flatMap((sent) =>
        known.some(({ name }) => name === sent) ? [] : [`${sent} is not taken`],
      ),
      ...(versions.includes(version ?? '') ? [] : [`Version ${version} is none of ${versions.join()}`]),
      ...(reference === undefined
        ? body === undefined
          ? []
          : ['no body is taken']
        : this.faultsOfBody(reference, body)),
    ];
  }

  /** HighLevel refuses properties that it does not know. */
  private faultsOfBody(reference: string, body: unknown): string[] {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    const { properties = {} } = z
      .looseObject({ properties: z.record(z.string(), z.unknown()).optional() })
      .parse(this.document.components.schemas[name]);
    const taken = [...Object.keys(properties), ...(unpublished[name] ?? [])];
    const unknown = Object.keys(Object(body)).filter((property) => !taken.includes(property));
    return [
      ...unknown.map((property) => `property ${property} should not exist`),
      ...this.check(`app${reference}`, body),
    ];
  }

  private check(reference: string, value: unknown): string[] {
    const validate = this.ajv.compile({ $ref: reference });
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }

  private correct(pointer: string, schema: Json): void {
    const schemas = this.document.components.schemas;
    const [whole, keyword] = pointer.split('#');
    const [name, property] = (whole ?? '').split('.');
    if (!name || !(name in schemas)) throw new Error(`${this.app} no longer has ${name}`);
    if (keyword) Reflect.set(Object(schemas[name]), keyword, schema);
    else if (!property) schemas[name] = schema;
    else Reflect.set(Object(Reflect.get(Object(schemas[name]), 'properties')), property, schema);
  }
}
