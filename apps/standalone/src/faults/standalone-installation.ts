import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '@firmbridge/contracts';
import { startEmbeddedPostgres } from '@firmbridge/database';
import { LocalBroker } from '@firmbridge/local-broker';
import pg from 'pg';
import { z } from 'zod';
import { prepare } from '../platform.js';
import { Command } from './command.js';
import { DatabaseProbe } from './database-probe.js';
import { declareTap } from './entity-tap.js';
import {
  commonFlags,
  unlimited,
  type Installation,
  type InstallationOptions,
  type Stores,
  type Victim,
} from './installation.js';
import { commit, type Sabotage } from './sabotage.js';

const serverRecord = z.object({ password: z.string(), port: z.number().nullable() });
const namespaces = { database: 'firmbridge', amqp: 'firmbridge' };
const finishWithinMs = 120_000;

/** `npm start -- --once` in a folder of its own. */
export class StandaloneInstallation implements Installation {
  readonly name = 'standalone';
  private readonly folder: string;
  private readonly probe = new DatabaseProbe();
  private command: Command | null = null;
  /** Where the embedded server keeps its facts. */
  private serverFolder = '';

  constructor(
    private readonly entry: string,
    private readonly options: InstallationOptions,
  ) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-faults-'));
    // The database server may run as another user.
    chmodSync(this.folder, 0o711);
  }

  get sandboxFile(): string {
    return path.join(this.folder, 'sandbox.jsonl');
  }

  async prepare(sabotage: Sabotage | null): Promise<void> {
    await this.withStores(async (stores) => {
      await prepare(stores.connect, {
        addresses: { databaseUrl: stores.databaseUrl, amqpUrl: stores.amqpUrl },
        namespaces,
      });
      await declareTap(stores);
      if (sabotage) await commit(sabotage, stores.db);
    });
  }

  async start(): Promise<void> {
    this.command = new Command({
      entry: this.entry,
      args: ['--once', '--data-dir', this.folder, ...commonFlags(this.options)],
      env: { ...this.options.env, ...unlimited, DATABASE_URL: 'off', AMQP_URL: 'off' },
    });
  }

  ask<Row extends pg.QueryResultRow>(sql: string): Promise<Row[] | null> {
    this.running().mustRun();
    return this.probe.ask<Row>(this.databaseUrl(), sql);
  }

  /** The database server lives on, as it does in real life; the next start takes care of it. */
  async kill(_victim: Victim): Promise<void> {
    const command = this.running();
    command.signal('SIGKILL');
    await command.end(5_000);
    await this.probe.close();
  }

  async finish(): Promise<void> {
    const command = this.running();
    await this.probe.close();
    await command.end(finishWithinMs);
    if (command.exitCode === 0) return;
    throw new AppError(
      'unavailable',
      'faults.sync_failed',
      `The sync ended with exit ${command.exitCode}: ${command.output}`,
    );
  }

  async withStores<T>(work: (stores: Stores & { databaseUrl: string }) => Promise<T>): Promise<T> {
    const server = await startEmbeddedPostgres({ dataDir: path.join(this.folder, 'postgres') });
    this.serverFolder = server.folder;
    const db = new pg.Client({ connectionString: server.url });
    try {
      const broker = await LocalBroker.open({ databaseUrl: server.url });
      try {
        await db.connect();
        return await work({
          db,
          databaseUrl: server.url,
          connect: broker.connect,
          amqpUrl: 'local://broker',
          amqpNamespace: namespaces.amqp,
        });
      } finally {
        await db.end();
        await broker.close();
      }
    } finally {
      await server.stop();
    }
  }

  async remove(): Promise<void> {
    await this.probe.close();
    if (this.command && !this.command.hasEnded) {
      this.command.signal('SIGKILL');
      await this.command.end(5_000);
    }
    // Starting it is how a server that was left behind is found and ended.
    if (existsSync(path.join(this.folder, 'postgres'))) {
      const server = await startEmbeddedPostgres({ dataDir: path.join(this.folder, 'postgres') });
      await server.stop();
      rmSync(server.folder, { recursive: true, force: true });
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private running(): Command {
    if (!this.command) throw new Error('Nothing was started.');
    return this.command;
  }

  private databaseUrl(): string | null {
    const file = path.join(this.serverFolder, 'server.json');
    const { password, port } = serverRecord.parse(JSON.parse(readFileSync(file, 'utf8')));
    return port === null ? null : `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  }
}
