// Finds the servers for a test run: those of DATABASE_URL and AMQP_URL, else the standard local ports, else the embedded PostgreSQL.
import { connect as connectBroker } from 'amqplib';
import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const workspace = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const probeTimeoutMs = 1000;

export default async function findServers() {
  const database = await findDatabase(process.env.DATABASE_URL);
  const broker = await findBroker(process.env.AMQP_URL);
  process.env.TEST_DATABASE_URL = database.url;
  process.env.TEST_DATABASE_PREFIX = `firmbridge_test_${randomBytes(4).toString('hex')}_`;
  if (broker.url) process.env.TEST_AMQP_URL = broker.url;
  else delete process.env.TEST_AMQP_URL;
  globalThis.stopTestServers = database.stop;
  record({ database: database.used, broker: broker.used });
}

async function findDatabase(given) {
  if (given && given !== 'off') {
    const version = await databaseVersion(given).catch((error) => {
      throw new Error(`The PostgreSQL of DATABASE_URL cannot be reached: ${error.message}`, { cause: error });
    });
    return { url: given, used: `PostgreSQL ${version} of DATABASE_URL`, stop: nothingToStop };
  }
  const local = 'postgresql://postgres@127.0.0.1:5432/postgres';
  if (!given) {
    const version = await databaseVersion(local).catch(() => null);
    if (version) return { url: local, used: `PostgreSQL ${version} at 127.0.0.1:5432`, stop: nothingToStop };
  }
  return startEmbedded();
}

async function startEmbedded() {
  const { startEmbeddedPostgres } = await buildLauncher();
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'firmbridge-test-postgres-'));
  const server = await startEmbeddedPostgres({ dataDir, fsync: false });
  const stop = async () => {
    await server.stop();
    for (const folder of [dataDir, server.folder]) rmSync(folder, { recursive: true, force: true });
  };
  return { url: server.url, used: `PostgreSQL ${await databaseVersion(server.url)}, embedded`, stop };
}

/** The launcher is TypeScript; an up-to-date build costs tsc a moment only. */
async function buildLauncher() {
  const arguments_ = [path.join(workspace, 'tools/tsc.mjs'), '-b', path.join(workspace, 'libs/database')];
  const { status } = spawnSync(process.execPath, arguments_, { stdio: 'inherit', cwd: workspace });
  if (status !== 0) throw new Error('libs/database does not compile, so the embedded PostgreSQL cannot be started.');
  return import(new URL('../libs/database/dist/index.js', import.meta.url));
}

async function databaseVersion(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: probeTimeoutMs });
  try {
    await client.connect();
    const { rows } = await client.query('show server_version');
    return rows[0].server_version.split(' ')[0];
  } finally {
    await client.end();
  }
}

async function findBroker(given) {
  if (given === 'off') return { url: null, used: 'no RabbitMQ (AMQP_URL=off): its suites are skipped' };
  const url = given || 'amqp://guest:guest@127.0.0.1:5672';
  const version = await brokerVersion(url).catch((error) => {
    if (given) throw new Error(`The RabbitMQ of AMQP_URL cannot be reached: ${error.message}`, { cause: error });
    return null;
  });
  if (!version) return { url: null, used: 'no RabbitMQ at 127.0.0.1:5672: its suites are skipped' };
  return { url, used: `RabbitMQ ${version} ${given ? 'of AMQP_URL' : 'at 127.0.0.1:5672'}` };
}

async function brokerVersion(url) {
  const connection = await connectBroker(url, { timeout: probeTimeoutMs });
  const { version } = connection.connection.serverProperties;
  await connection.close();
  return version;
}

/** What the run used, for the runner to print at its end. */
function record(servers) {
  const folder = path.join(workspace, 'node_modules/.cache/firmbridge');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'test-servers.json'), `${JSON.stringify(servers, null, 2)}\n`);
}

async function nothingToStop() {}
