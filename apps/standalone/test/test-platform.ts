import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { removeTopology, type BrokerConnect } from '@firmbridge/messaging';
import { LocalBroker } from '@firmbridge/local-broker';
import { createSandbox, type Sandbox, type SandboxOptions } from '@firmbridge/sandbox';
import { createTestDatabase, testNamespace, type TestDatabase } from '@firmbridge/testing';
import amqplib from 'amqplib';
import { Demo } from '../src/demo.js';
import type { PlatformSettings } from '../src/environment.js';
import { prepare, startPlatform, type Platform } from '../src/platform.js';

export interface TestPlatform {
  readonly sandbox: Sandbox;
  readonly demo: Demo;
  readonly database: TestDatabase;
  readonly settings: PlatformSettings;
  readonly connect: BrokerConnect;
  readonly platform: Platform;
  stop(): Promise<void>;
}

export interface TestPlatformOptions {
  /** null: the local broker, journalled to the test's database. */
  readonly amqpUrl: string | null;
  readonly sandbox?: SandboxOptions;
  readonly only?: readonly string[];
  readonly overrides?: PlatformSettings['overrides'];
  /** Webhooks reach the sync services. Where the sandbox's GoHighLevel delivers is left to the test. */
  readonly webhooks?: boolean;
  /** Gets all lines that the services log, to the last detail. */
  readonly logged?: string[];
}

const silent = { write: () => undefined };
const keptIn = (lines: string[]) => ({ write: (line: string) => void lines.push(line) });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The services on a database and broker of their own, before the sandbox, with no limit of requests. */
export async function startTestPlatform(options: TestPlatformOptions): Promise<TestPlatform> {
  const database = await createTestDatabase({ services: [] });
  const local = options.amqpUrl === null ? await LocalBroker.open({ databaseUrl: database.url }) : null;
  const connect = local?.connect ?? amqplib.connect;
  const sandbox = await createSandbox({
    matters: 5,
    ...options.sandbox,
    clio: { switches: { autoApprove: true, requestsPerMinute: null }, ...options.sandbox?.clio },
    ghl: { ...options.sandbox?.ghl, switches: { autoApprove: 'location', ...options.sandbox?.ghl?.switches } },
  });
  const facts = sandbox.control.ghl.facts();
  const settings: PlatformSettings = {
    addresses: {
      databaseUrl: database.url,
      amqpUrl: options.amqpUrl ?? 'local://broker',
      authUrl: `http://127.0.0.1:${await freePort()}`,
      gatewayUrl: `http://127.0.0.1:${await freePort()}`,
      sandboxUrl: sandbox.url,
      ...(options.webhooks
        ? {
            clioSyncUrl: `http://127.0.0.1:${await freePort()}`,
            ghlSyncUrl: `http://127.0.0.1:${await freePort()}`,
          }
        : {}),
    },
    namespaces: { database: database.namespace, amqp: testNamespace() },
    apps: { clio: { clientId: 'sandbox-clio-client', clientSecret: 'sandbox-clio-secret' }, ghl: facts },
    vaultKeys: `test:${randomBytes(32).toString('base64')}`,
    startupToken: randomBytes(18).toString('base64url'),
    logLevel: options.logged ? 'trace' : 'warn',
    requestsPerMinute: 0,
    pollIntervalSeconds: 3_600,
    ...(options.overrides ? { overrides: options.overrides } : {}),
  };
  await prepare(connect, settings);
  const platform = await startPlatform(connect, settings, {
    logTo: options.logged ? keptIn(options.logged) : silent,
    ...(options.only ? { only: options.only } : {}),
  });
  const demo = new Demo({ connect, url: settings.addresses.amqpUrl, namespace: settings.namespaces.amqp });
  await demo.open();
  const stop = async () => {
    await demo.close();
    await platform.stop();
    await removeTopology({ connect, url: settings.addresses.amqpUrl, namespace: settings.namespaces.amqp });
    await sandbox.stop();
    await local?.close();
    await database.drop();
  };
  return { sandbox, demo, database, settings, connect, platform, stop };
}
