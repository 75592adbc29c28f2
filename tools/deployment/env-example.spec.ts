import { createSandbox } from '@firmbridge/sandbox';
import {
  allVariablesOf,
  applications,
  migrationSource,
  readWorkspaceFile,
  standaloneSource,
  variablesInSource,
} from './applications.js';
import { parseEnvironmentFile, referencesIn, valuesOf } from './env-file.js';

const lines = parseEnvironmentFile(readWorkspaceFile('.env.example'));
const composeReferences = referencesIn(readWorkspaceFile('docker-compose.yml'));
const schemas = applications.map((application) => ({ name: application.name, variables: allVariablesOf(application) }));

const read = new Set([
  ...schemas.flatMap(({ variables }) => Object.keys(variables)),
  ...variablesInSource(migrationSource),
  ...variablesInSource(standaloneSource),
  ...composeReferences.map(({ name }) => name),
]);

describe('.env.example', () => {
  it('names every variable that a service, the migration, the standalone platform or Compose reads, once', () => {
    expect(lines.map(({ name }) => name).sort()).toEqual([...read].sort());
  });

  it('gives values that the schemas take, and behind # the very defaults', () => {
    const wrong = lines
      .filter(({ value }) => value !== '')
      .flatMap(({ name, value, isDefault }) =>
        schemas.flatMap((schema) => {
          const variable = schema.variables[name];
          if (variable === undefined) return [];
          const given = variable.safeParse(value);
          if (!given.success) return [`${schema.name} refuses ${name}=${value}`];
          const fallback = variable.safeParse(undefined);
          const isSame = JSON.stringify(given.data) === JSON.stringify(fallback.data);
          const hasDefault = fallback.success && fallback.data !== undefined;
          return isDefault && hasDefault && !isSame ? [`${name}=${value} is not the default of ${schema.name}`] : [];
        }),
      );
    expect(wrong).toEqual([]);
  });

  it('leaves empty what must be filled in, and nothing else', () => {
    const empty = Object.entries(valuesOf(lines)).filter(([, value]) => value === '');
    expect(empty.map(([name]) => name).sort()).toEqual([
      'POSTGRES_PASSWORD',
      'RABBITMQ_PASSWORD',
      'SERVICE_DATABASE_PASSWORD',
      'STARTUP_TOKEN',
      'VAULT_KEYS',
    ]);
  });

  it('has the applications that the sandbox knows', async () => {
    const sandbox = await createSandbox({ port: 0 });
    try {
      const { clientId, clientSecret } = sandbox.control.ghl.facts();
      const values = valuesOf(lines);
      expect(values).toMatchObject({ GHL_CLIENT_ID: clientId, GHL_CLIENT_SECRET: clientSecret });
      const link = new URL(`${sandbox.clioOrigin}/oauth/authorize`);
      link.search = new URLSearchParams({
        response_type: 'code',
        client_id: values['CLIO_US_CLIENT_ID'] ?? '',
        redirect_uri: `${values['PUBLIC_URL']}/oauth/callback/clio`,
        state: 'any',
      }).toString();
      expect((await fetch(link, { redirect: 'manual' })).status).toBe(200);
    } finally {
      await sandbox.stop();
    }
  });
});
