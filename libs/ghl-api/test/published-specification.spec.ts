import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  completeTaskSchema,
  contactTagsSchema,
  createContactSchema,
  createCustomFieldSchema,
  createNoteSchema,
  createOpportunitySchema,
  createTaskSchema,
  ghlAgencyScopes,
  ghlApiOrigin,
  ghlFamilies,
  ghlOAuthPaths,
  ghlOperationNames,
  ghlOperations,
  ghlScopes,
  ghlTokenReplySchema,
  ghlVersionOf,
  ghlWebhookEvents,
  searchOpportunitiesSchema,
  searchTasksSchema,
  updateContactSchema,
  updateCustomFieldSchema,
  updateNoteSchema,
  updateOpportunitySchema,
  updateOpportunityStatusSchema,
  updateTaskSchema,
  upsertContactSchema,
  upsertOpportunitySchema,
} from '../src/index.js';

const folder = fileURLToPath(new URL('../../../../shared/reference/ghl-openapi', import.meta.url));
const published = existsSync(folder);
if (!published) process.stderr.write('Skipped: the published HighLevel specification is not beside this checkout.\n');
const withSpecification = published ? describe : describe.skip;

const schemaSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});
const operationSchema = z.looseObject({ security: z.array(z.record(z.string(), z.array(z.string()))).optional() });
const appSchema = z.looseObject({
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), schemaSchema) }),
});

const readJson = (file: string): unknown => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
const appOf = (family: string) => appSchema.parse(readJson(`v2/apps/${family}.json`));

interface BodyCase {
  readonly app: string;
  readonly schema: string;
  readonly ours: z.ZodObject;
  /** What production takes and the specification lacks, or the other way round; each is named in the reference. */
  readonly extra?: readonly string[];
}

const bodies: readonly BodyCase[] = [
  { app: 'contacts', schema: 'CreateContactDto', ours: createContactSchema },
  { app: 'contacts', schema: 'UpdateContactDto', ours: updateContactSchema },
  { app: 'contacts', schema: 'UpsertContactDto', ours: upsertContactSchema },
  { app: 'contacts', schema: 'TagsDTO', ours: contactTagsSchema },
  { app: 'contacts', schema: 'NotesDTO', ours: createNoteSchema },
  { app: 'contacts', schema: 'UpdateNoteDTO', ours: updateNoteSchema },
  { app: 'contacts', schema: 'CreateTaskParams', ours: createTaskSchema },
  { app: 'contacts', schema: 'UpdateTaskBody', ours: updateTaskSchema },
  { app: 'contacts', schema: 'UpdateTaskStatusParams', ours: completeTaskSchema },
  { app: 'opportunities', schema: 'CreateDto', ours: createOpportunitySchema, extra: ['source'] },
  { app: 'opportunities', schema: 'UpdateOpportunityDto', ours: updateOpportunitySchema },
  { app: 'opportunities', schema: 'UpdateStatusDto', ours: updateOpportunityStatusSchema },
  { app: 'opportunities', schema: 'UpsertOpportunityDto', ours: upsertOpportunitySchema, extra: ['contactId'] },
  {
    app: 'opportunities',
    schema: 'OpportunitySearchBodyDTO',
    ours: searchOpportunitiesSchema,
    extra: ['filters', 'sort'],
  },
  {
    app: 'locations',
    schema: 'CreateCustomFieldsDTO',
    ours: createCustomFieldSchema,
    extra: ['fieldKey', 'parentId', 'description'],
  },
  { app: 'locations', schema: 'UpdateCustomFieldsDTO', ours: updateCustomFieldSchema },
  { app: 'locations', schema: 'TaskSearchParamsDto', ours: searchTasksSchema },
];

withSpecification('the published HighLevel specification', () => {
  it.each(ghlFamilies)('serves %s from our origin', (family) => {
    expect(appOf(family).servers).toContainEqual({ url: ghlApiOrigin });
  });

  it.each(ghlOperationNames)('knows the path, method and scope of %s', (name) => {
    const { family, path, method, scope, audience } = ghlOperations[name];
    const operation = appOf(family).paths[path]?.[method.toLowerCase()];
    expect(operation).toBeDefined();
    const security = operation?.security ?? [];
    const scopes = security.flatMap((entry) => Object.values(entry)).flat();
    // Three custom field paths are published without any scope.
    expect(scopes.length === 0 ? [scope] : scopes).toContain(scope);
    const agencies = security.some((entry) => Object.keys(entry).some((kind) => kind.startsWith('Agency')));
    const locations = security.some((entry) => Object.keys(entry).some((kind) => !kind.startsWith('Agency')));
    expect({ agencies, locations }).toEqual({ agencies: audience !== 'location', locations: audience !== 'agency' });
  });

  it.each(ghlFamilies.filter((family) => family !== 'oauth'))('documents the version we send for %s', (family) => {
    const text = readFileSync(`${folder}/v2/apps/${family}.json`, 'utf8');
    expect(text).toContain(`"${ghlVersionOf[family]}"`);
  });

  it.each(bodies)('agrees on the body properties of $app $schema', ({ app, schema, ours, extra = [] }) => {
    const theirs = appOf(app).components.schemas[schema];
    expect(Object.keys(ours.shape).sort()).toEqual([...Object.keys(theirs?.properties ?? {}), ...extra].sort());
  });

  it.each(bodies.filter(({ schema }) => !['UpsertOpportunityDto', 'OpportunitySearchBodyDTO'].includes(schema)))(
    'demands what $app $schema demands',
    ({ app, schema, ours }) => {
      const required = Object.entries(ours.shape).flatMap(([name, field]) =>
        field instanceof z.ZodOptional ? [] : [name],
      );
      expect(required.sort()).toEqual([...(appOf(app).components.schemas[schema]?.required ?? [])].sort());
    },
  );

  it('names the token endpoint and every property of its reply that we read', () => {
    const app = appOf('oauth');
    expect(app.paths[ghlOAuthPaths.token]?.['post']).toBeDefined();
    const theirs = Object.keys(app.components.schemas['GetAccessCodeSuccessfulResponseDto']?.properties ?? {});
    const unpublished = ['refreshTokenId'];
    const ours = Object.keys(ghlTokenReplySchema.shape).filter((name) => !unpublished.includes(name));
    expect(theirs).toEqual(expect.arrayContaining(ours));
  });

  it('knows every scope we ask for', () => {
    const known = new Set(
      [...ghlFamilies, 'calendars', 'custom-fields']
        .flatMap((family) => Object.values(appOf(family).paths))
        .flatMap((path) => Object.values(path))
        .flatMap((operation) => operation.security ?? [])
        .flatMap((entry) => Object.values(entry))
        .flat(),
    );
    expect([...ghlScopes, ...ghlAgencyScopes].filter((scope) => !known.has(scope))).toEqual([]);
  });

  it('publishes every webhook event we act on', () => {
    const file = z
      .object({ events: z.record(z.string(), z.unknown()) })
      .parse(readJson('webhooks/webhook-events.json'));
    const renamed: Record<string, string> = { INSTALL: 'AppInstall', UNINSTALL: 'AppUninstall' };
    expect(ghlWebhookEvents.filter((event) => !(renamed[event] ?? event in file.events))).toEqual([]);
  });
});
