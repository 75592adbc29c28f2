import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { clioResources } from '@firmbridge/clio-api';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { ClioCaller, type Loose } from './clio-caller.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const file = here('../../../../../shared/reference/clio-openapi.json');
const isPublished = existsSync(file);
const whenPublished = isPublished ? describe : describe.skip;
const prefix = '#/components/schemas/';

/** OpenAPI 3.0 to JSON Schema. Clio marks nothing nullable and sends nulls all the same, so every value may be null. */
function toJsonSchema(node: Loose): Loose {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (typeof node !== 'object' || node === null) return node;
  if (typeof node.$ref === 'string') return { anyOf: [{ $ref: node.$ref }, { type: 'null' }] };
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, toJsonSchema(value)]));
  if (typeof copy['type'] === 'string') copy['type'] = [copy['type'], 'null'];
  if (Array.isArray(copy['enum'])) copy['enum'] = [...copy['enum'], null];
  return copy;
}

whenPublished('answers and the published specification (skipped when ../shared is not beside the repository)', () => {
  const specification: Loose = isPublished ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('float', true);
  let clio: ClioCaller;

  beforeAll(async () => {
    ajv.addSchema({ $id: 'clio', components: { schemas: toJsonSchema(specification.components.schemas) } });
    clio = await ClioCaller.start({ matters: 30 });
    clio.control.edit('matters', clio.control.idAt('matters', 4), { status: 'Pending', description: 'Edited' });
    clio.control.create('contacts', {
      type: 'Person',
      first_name: 'Made',
      last_name: 'Here',
      email_addresses: [{ address: 'm@example.com' }],
    });
  });
  afterAll(() => clio.stop());

  function validatorFor(path: string, method: string, status: string): ValidateFunction {
    const content: Loose = Object.values(specification.paths[path][method].responses[status].content)[0];
    const name = content.schema.$ref.slice(prefix.length);
    return ajv.compile({ $ref: `clio${prefix}${name}` });
  }

  /** Every legal name of the whole schema, associations with all their plain values. */
  function everyField(schemaName: string): string {
    const properties = propertiesOf(schemaName);
    return Object.entries(properties)
      .map(([name, property]) => {
        const reference = (property.items ?? property).$ref;
        const nested: Record<string, Loose> | '' = reference && propertiesOf(reference.slice(prefix.length));
        if (!nested) return name;
        const plain = Object.entries(nested).filter(([, { $ref, items }]) => !$ref && !items?.$ref);
        return `${name}{${plain.map(([inner]) => inner).join(',')}}`;
      })
      .join(',');
  }

  function propertiesOf(schemaName: string): Record<string, Loose> {
    const schema = specification.components.schemas[schemaName];
    const parts = (schema.allOf ?? []).map((part: Loose) =>
      part.$ref ? propertiesOf(part.$ref.slice(prefix.length)) : part.properties,
    );
    return Object.assign({}, ...parts, schema.properties);
  }

  function schemaOfRecord(path: string): string {
    const content: Loose = Object.values(specification.paths[path].get.responses['200'].content)[0];
    const { data } = specification.components.schemas[content.schema.$ref.slice(prefix.length)].properties;
    return (data.items ?? data).$ref.slice(prefix.length);
  }

  describe.each(Object.values(clioResources).map((resource) => [resource.name, resource] as const))(
    '%s',
    (_name, resource) => {
      it.each([
        ['the fields we ask for', () => resource.fields],
        ['every field there is', () => everyField(schemaOfRecord(resource.listPath))],
        ['nothing', () => ''],
      ])('validates when asked for %s', async (_case, fields) => {
        const validate = validatorFor(resource.listPath, 'get', '200');
        const { status, body } = await clio.ask(`${resource.listPath}?fields=${fields()}`);
        expect(status).toBe(200);
        validate(body);
        expect(validate.errors ?? []).toEqual([]);
      });

      it('is what our own schema reads', async () => {
        const { body } = await clio.ask(`${resource.listPath}?fields=${resource.fields}`);
        for (const record of resource.single ? [body.data] : body.data) {
          expect(resource.record.safeParse(record).error).toBeUndefined();
          for (const name of resource.fields.replace(/\{[^}]*\}/g, '').split(',')) expect(record).toHaveProperty(name);
        }
      });
    },
  );

  it.each([
    ['/matters/{id}.json', `/matters/IDm.json?fields=id`],
    ['/contacts/{id}.json', `/contacts/IDc.json?fields=id,name`],
  ])('validates one record of %s', async (path, request) => {
    const validate = validatorFor(path, 'get', '200');
    const url = request
      .replace('IDm', String(clio.control.idAt('matters', 0)))
      .replace('IDc', String(clio.control.idAt('contacts', 0)));
    validate((await clio.ask(url)).body);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('validates errors and webhooks', async () => {
    const validateError = validatorFor('/matters.json', 'get', '400');
    validateError((await clio.ask('/matters.json?fields=nickname')).body);
    expect(validateError.errors ?? []).toEqual([]);
    const data = { url: 'https://hooks.example.test/', model: 'matter', fields: 'id', events: ['created'] };
    const created = await clio.ask(`/webhooks.json?fields=${everyField('Webhook')}`, { method: 'POST', data });
    const validateWebhook = validatorFor('/webhooks.json', 'post', '201');
    validateWebhook(created.body);
    expect([created.status, validateWebhook.errors ?? []]).toEqual([201, []]);
  });

  it('knows the field names, parameters and methods of this very specification', () => {
    const { status } = spawnSync(process.execPath, [here('../../tools/generate-clio-shapes.mjs'), '--check']);
    expect(status).toBe(0);
  });

  it('would notice a wrong type', () => {
    const validate = validatorFor('/bills.json', 'get', '200');
    expect(validate({ data: [{ id: 1, total: 'much' }] })).toBe(false);
    expect(validate({ data: [{ id: 1, state: 'lost' }] })).toBe(false);
  });
});
