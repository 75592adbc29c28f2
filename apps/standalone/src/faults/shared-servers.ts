import { removeTopology } from '@firmbridge/messaging';
import amqplib from 'amqplib';
import pg from 'pg';
import { tapName } from './entity-tap.js';

/** The servers that everybody on the machine uses; what a fault run puts there has a name of its own and goes with it. */
export interface SharedServers {
  /** A login that may create databases and roles. */
  readonly databaseUrl: string;
  readonly amqpUrl: string;
}

export async function createDatabase(servers: SharedServers, name: string): Promise<void> {
  await onServer(servers, (db) => db.query(`create database ${name} template template0`));
}

/** The database, then the roles that only it knew. */
export async function removeDatabase(servers: SharedServers, namespace: string): Promise<void> {
  await onServer(servers, async (db) => {
    await db.query(`drop database if exists ${namespace} with (force)`);
    const { rows } = await db.query<{ name: string }>(
      `select quote_ident(rolname) as name from pg_roles where starts_with(rolname, $1)`,
      [`${namespace}_`],
    );
    for (const { name } of rows) await db.query(`drop role if exists ${name}`);
  });
}

export async function removeQueues({ amqpUrl }: SharedServers, namespace: string): Promise<void> {
  await removeTopology({ connect: amqplib.connect, url: amqpUrl, namespace });
  const connection = await amqplib.connect(amqpUrl);
  try {
    const channel = await connection.createChannel();
    await channel.deleteQueue(tapName(namespace));
  } finally {
    await connection.close();
  }
}

/** Why the servers cannot be used, or null when both answer. */
export async function whyUnreachable({ databaseUrl, amqpUrl }: SharedServers): Promise<string | null> {
  if (databaseUrl === 'off') return 'DATABASE_URL is off';
  if (amqpUrl === 'off') return 'AMQP_URL is off';
  const database = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  try {
    await database.connect();
    await database.end();
  } catch {
    return `no PostgreSQL answers at ${placeOf(databaseUrl)}`;
  }
  try {
    const broker = await amqplib.connect(amqpUrl, { timeout: 2_000 });
    await broker.close();
    return null;
  } catch {
    return `no RabbitMQ answers at ${placeOf(amqpUrl)}`;
  }
}

const placeOf = (url: string) => (URL.canParse(url) ? new URL(url).host : 'the given address');

async function onServer({ databaseUrl }: SharedServers, work: (db: pg.Client) => Promise<unknown>): Promise<void> {
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  try {
    await work(db);
  } finally {
    await db.end();
  }
}
