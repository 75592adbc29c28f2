import { schemaNames } from '@firmbridge/database';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  allVariablesOf,
  applications,
  isEntry,
  migrationSource,
  readWorkspaceFile,
  start,
  variablesInSource,
} from './applications.js';
import { interpolate, parseEnvironmentFile, referencesIn, valuesOf } from './env-file.js';

const serviceSchema = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  ports: z.array(z.string()).default([]),
  networks: z.union([z.array(z.string()), z.record(z.string(), z.unknown()).transform(Object.keys)]).default([]),
  network_mode: z.string().optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  volumes: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
});
type ComposeService = z.output<typeof serviceSchema>;

const file = readWorkspaceFile('docker-compose.yml');
const example = valuesOf(parseEnvironmentFile(readWorkspaceFile('.env.example')));
const secrets = {
  POSTGRES_PASSWORD: 'aaaaaaaaaaaaaaaaaaaaaaaa',
  RABBITMQ_PASSWORD: 'bbbbbbbbbbbbbbbbbbbbbbbb',
  SERVICE_DATABASE_PASSWORD: 'cccccccccccccccccccccccc',
  STARTUP_TOKEN: 'dddddddddddddddddddddddd',
  VAULT_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
};
const filledIn = { ...example, ...secrets };

const compose = z
  .object({
    services: z.record(z.string(), serviceSchema),
    networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) }).nullable()),
    volumes: z.record(z.string(), z.unknown()),
  })
  .parse(parse(interpolate(file, filledIn), { merge: true }));

function serviceNamed(name: string): ComposeService {
  const service = compose.services[name];
  if (!service) throw new Error(`Compose has no service ${name}`);
  return service;
}

/** A name without a value is passed on where it is set, and not set in the container where it is not. */
function environmentOf({ environment }: ComposeService): Record<string, string> {
  const values: Record<string, string | undefined> = filledIn;
  const given = Object.entries(environment).map(([name, value]) => [name, value ?? values[name]] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

const ours = ['migrate', 'sandbox', ...applications.map(({ name }) => name)];
const holdersOf = (secret: string) =>
  Object.entries(compose.services)
    .filter(([, service]) => Object.values(service.environment).some((value) => value?.includes(secret)))
    .map(([name]) => name)
    .sort();

describe('docker-compose.yml', () => {
  it('runs every service, the migration, the sandbox and the two servers', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['postgres', 'rabbitmq', ...ours].sort());
  });

  it.each(applications)('gives $name an environment that it takes, and no variable that it does not know', (app) => {
    const service = serviceNamed(app.name);
    const known = Object.keys(allVariablesOf(app));
    expect(Object.keys(service.environment).filter((name) => !known.includes(name))).toEqual([]);
    expect(() => start(app, environmentOf(service))).not.toThrow();
  });

  it.each(applications)('passes on to $name all that it can be told, so that .env decides', (app) => {
    const inTheImage = ['DASHBOARD_DIR'];
    // The gateway's address is the one it listens on; PUBLIC_URL in .env is that of auth.
    const elsewhere = app.name === 'gateway' ? ['PUBLIC_URL', ...inTheImage] : inTheImage;
    const named = Object.keys(serviceNamed(app.name).environment);
    const missing = Object.keys(allVariablesOf(app)).filter((name) => !named.includes(name));
    expect(missing.filter((name) => !elsewhere.includes(name))).toEqual([]);
  });

  it('gives the migration what it reads', () => {
    const names = variablesInSource(migrationSource);
    expect(Object.keys(serviceNamed('migrate').environment).sort()).toEqual(names.sort());
  });

  it.each(applications.filter(({ keepsTables }) => keepsTables))('lets $name log in as its own role', ({ name }) => {
    const url = new URL(environmentOf(serviceNamed(name))['DATABASE_URL'] ?? '');
    expect(url.username).toBe(schemaNames(name).role);
  });

  it('does not start when a secret is missing', () => {
    for (const secret of Object.keys(secrets)) {
      expect(() => interpolate(file, { ...filledIn, [secret]: '' })).toThrow(secret);
    }
    const isSecret = (name: string) => /(PASSWORD|SECRET|KEYS|STARTUP_TOKEN)$/.test(name);
    const withDefault = referencesIn(file).filter(({ name, form }) => isSecret(name) && form !== 'required');
    expect(withDefault).toEqual([]);
  });

  it('tells a secret only to whom it belongs', () => {
    expect(holdersOf(secrets.VAULT_KEYS)).toEqual(['auth', 'clio-sync']);
    expect(holdersOf(secrets.STARTUP_TOKEN)).toEqual(['gateway']);
    expect(holdersOf(secrets.POSTGRES_PASSWORD)).toEqual(['migrate', 'postgres']);
  });

  it('publishes on the loopback of the machine only', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    const onTheHost = Object.entries(compose.services).filter(([, service]) => service.network_mode !== undefined);
    expect(onTheHost.map(([name, service]) => [name, service.network_mode])).toEqual([['gateway', 'host']]);
    expect(environmentOf(serviceNamed('gateway'))['HOST']).toBe('127.0.0.1');
  });

  it('waits for the servers with the migration and for the migration with the services', () => {
    expect(serviceNamed('migrate').depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      rabbitmq: { condition: 'service_healthy' },
    });
    for (const { name } of applications) {
      expect(serviceNamed(name).depends_on['migrate']?.condition).toBe('service_completed_successfully');
    }
  });

  it.each(applications)('asks $name at its own port whether it is ready', ({ name }) => {
    const service = serviceNamed(name);
    const port = environmentOf(service)['PORT'];
    expect(service.healthcheck?.test.join(' ')).toContain(`fetch('http://127.0.0.1:${port}/readyz')`);
  });

  it('knows of every container that stays whether it is well', () => {
    const stays = Object.entries(compose.services).filter(([name]) => name !== 'migrate');
    expect(stays.filter(([, { healthcheck }]) => healthcheck === undefined)).toEqual([]);
  });

  it.each(ours)('runs %s from an entry that exists, unprivileged and with time to stop', (name) => {
    const { command, read_only, cap_drop, stop_grace_period } = serviceNamed(name);
    expect(isEntry(command?.[0] ?? '')).toBe(true);
    expect({ read_only, cap_drop, stop_grace_period }).toEqual({
      read_only: true,
      cap_drop: ['ALL'],
      stop_grace_period: '30s',
    });
  });

  it('leaves a way out only to those who call providers or are published', () => {
    expect(compose.networks['inside']?.internal).toBe(true);
    const goOut = Object.entries(compose.services).filter(([, { networks }]) => networks.includes('outside'));
    expect(goOut.map(([name]) => name).sort()).toEqual(['auth', 'clio-sync', 'ghl-sync', 'rabbitmq', 'sandbox']);
  });

  it('keeps in volumes what must outlive a container', () => {
    const kept = Object.values(compose.services).flatMap(({ volumes }) => volumes.map((one) => one.split(':')[0]));
    expect(kept.sort()).toEqual(Object.keys(compose.volumes).sort());
  });
});
