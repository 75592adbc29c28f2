import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { sandboxClioApp, type PlatformSettings } from '../environment.js';
import { freeServerPort } from '../servers/loopback-port.js';
import type { OwnServers } from '../servers/own-servers.js';
import { createDatabase } from './shared-servers.js';

export const aKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
export const aLocalUrl = async () => `http://127.0.0.1:${await freeServerPort()}`;

export interface PlaceNames {
  /** Of its database, roles and queues. */
  readonly name: string;
  readonly sandboxUrl: string;
}

/** A database and a folder for logs of its own, and how a platform is set up on them. */
export async function settingsOfPlace(
  servers: OwnServers,
  { name, sandboxUrl }: PlaceNames,
): Promise<{ settings: PlatformSettings; logDir: string }> {
  const logDir = servers.file(name);
  mkdirSync(logDir, { mode: 0o700 });
  chmodSync(logDir, 0o700);
  const database = new URL(servers.databaseUrl);
  database.pathname = `/${name}`;
  const amqpUrl = servers.rabbit.url;
  await createDatabase({ databaseUrl: servers.databaseUrl, amqpUrl }, name);
  const settings: PlatformSettings = {
    addresses: {
      databaseUrl: database.href,
      amqpUrl,
      authUrl: await aLocalUrl(),
      gatewayUrl: await aLocalUrl(),
      sandboxUrl,
    },
    namespaces: { database: name, amqp: name },
    apps: { clio: sandboxClioApp, ghl: { clientId: 'unset', clientSecret: 'unset' } },
    vaultKeys: aKey('first'),
    startupToken: randomBytes(18).toString('base64url'),
    logLevel: 'warn',
    requestsPerMinute: 0,
    pollIntervalSeconds: 3_600,
  };
  return { settings, logDir };
}
