import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTopology } from '@firmbridge/messaging';
import { DataDir, freePort } from '../data-dir.js';
import { sandboxClioApp, type PlatformSettings } from '../environment.js';
import { createDatabase, removeDatabase } from '../faults/shared-servers.js';
import { readOptions } from '../options.js';
import { openStores, type Stores } from '../stores.js';
import type { BenchSandbox } from './bench-sandbox.js';

/** The stores of `npm start`: real servers where DATABASE_URL and AMQP_URL name them, embedded ones in a folder that goes at the end where not. */
export async function withStores<T>(env: NodeJS.ProcessEnv, work: (stores: Stores) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-bench-'));
  const { databaseUrl, amqpUrl } = readOptions([], env, folder);
  const dir = DataDir.claim(folder);
  try {
    const stores = await openStores(dir, { databaseUrl, amqpUrl });
    try {
      return await work(stores);
    } finally {
      await stores.close();
    }
  } finally {
    dir.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

const unusedApp = { clientId: 'unused', clientSecret: 'unused' };
const nowhere = 'http://127.0.0.1:9';

/**
 * How a platform is set up, beside the sandbox if there is one, without limits and polled once an hour, in a database and with queues
 * that nobody else uses and that are removed when the work is done: others may use the servers, too.
 */
export async function withPlace<T>(
  stores: Stores,
  sandbox: BenchSandbox | null,
  work: (settings: PlatformSettings) => Promise<T>,
): Promise<T> {
  const name = `bench_${randomBytes(5).toString('hex')}`;
  const database = new URL(stores.databaseUrl);
  database.pathname = `/${name}`;
  await createDatabase(stores, name);
  try {
    return await work({
      addresses: {
        databaseUrl: database.href,
        amqpUrl: stores.amqpUrl,
        authUrl: await aLocalUrl(),
        gatewayUrl: await aLocalUrl(),
        sandboxUrl: sandbox?.url ?? nowhere,
      },
      namespaces: { database: name, amqp: name },
      apps: { clio: sandboxClioApp, ghl: (await sandbox?.ghlApp()) ?? unusedApp },
      vaultKeys: `bench:${randomBytes(32).toString('base64')}`,
      startupToken: randomBytes(18).toString('base64url'),
      logLevel: 'warn',
      requestsPerMinute: 0,
      pollIntervalSeconds: 3_600,
    });
  } finally {
    await removeTopology({ connect: stores.connect, url: stores.amqpUrl, namespace: name });
    await removeDatabase(stores, name);
  }
}

/** The same with webhooks that are worked on as soon as they come. */
export async function listening(settings: PlatformSettings): Promise<PlatformSettings> {
  return {
    ...settings,
    addresses: { ...settings.addresses, clioSyncUrl: await aLocalUrl(), ghlSyncUrl: await aLocalUrl() },
    overrides: {
      'clio-sync': { CLIO_WEBHOOK_QUIET_MS: '0' },
      'ghl-sync': { GHL_WEBHOOK_QUIET_MS: '0', GHL_REQUESTS_PER_10_SECONDS: '0', GHL_REQUESTS_PER_DAY: '0' },
    },
  };
}

const aLocalUrl = async () => `http://127.0.0.1:${await freePort()}`;
