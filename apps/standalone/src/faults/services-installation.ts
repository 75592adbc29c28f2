import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '@firmbridge/contracts';
import amqplib from 'amqplib';
import pg from 'pg';
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
import { createDatabase, removeDatabase, removeQueues, type SharedServers } from './shared-servers.js';
import { until } from './until.js';

const finishWithinMs = 120_000;
/** How long everything may take to stop in order, also when the services must notice first that their supervisor is gone. */
const stopWithinMs = 30_000;

/** `npm run services`: every service a process of its own, on a database and queues of its own on real servers. */
export class ServicesInstallation implements Installation {
  readonly name = 'services';
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-faults-'));
  private readonly namespace = `faults_${randomBytes(5).toString('hex')}`;
  private readonly databaseUrl: string;
  private readonly probe = new DatabaseProbe();
  private command: Command | null = null;
  private startedAt = '';

  constructor(
    private readonly entry: string,
    private readonly servers: SharedServers,
    private readonly options: InstallationOptions,
  ) {
    const url = new URL(servers.databaseUrl);
    url.pathname = `/${this.namespace}`;
    this.databaseUrl = url.href;
  }

  get sandboxFile(): string {
    return path.join(this.folder, 'services', 'sandbox.jsonl');
  }

  async prepare(sabotage: Sabotage | null): Promise<void> {
    await createDatabase(this.servers, this.namespace);
    await prepare(amqplib.connect, {
      addresses: { databaseUrl: this.databaseUrl, amqpUrl: this.servers.amqpUrl },
      namespaces: { database: this.namespace, amqp: this.namespace },
    });
    await this.withStores(async (stores) => {
      await declareTap(stores);
      if (sabotage) await commit(sabotage, stores.db);
    });
  }

  async start(): Promise<void> {
    const [now] =
      (await this.probe.ask<{ now: string }>(this.databaseUrl, 'select clock_timestamp()::text as now')) ?? [];
    this.startedAt = now?.now ?? '';
    this.command = new Command({
      entry: this.entry,
      args: ['--data-dir', this.folder, ...commonFlags(this.options)],
      env: {
        ...this.options.env,
        ...unlimited,
        DATABASE_URL: this.databaseUrl,
        DATABASE_NAMESPACE: this.namespace,
        AMQP_URL: this.servers.amqpUrl,
        AMQP_NAMESPACE: this.namespace,
      },
    });
  }

  ask<Row extends pg.QueryResultRow>(sql: string): Promise<Row[] | null> {
    this.running().mustRun();
    return this.probe.ask<Row>(this.databaseUrl, sql);
  }

  async kill(victim: Victim): Promise<void> {
    const command = this.running();
    const children = childrenOf(command.pid);
    if (victim === 'everything') {
      command.signal('SIGKILL');
      for (const { pid } of children) process.kill(pid, 'SIGKILL');
    } else if (victim === 'supervisor') command.signal('SIGKILL');
    else {
      const service = children.find(({ name }) => name === victim);
      if (!service) throw new Error(`${victim} does not run: ${command.output}`);
      process.kill(service.pid, 'SIGKILL');
      await until(() => command.output.includes(`${victim} ended by itself`), {
        timeoutMs: 5_000,
        what: () => `the supervisor to notice that ${victim} is gone`,
      });
      command.signal('SIGTERM');
    }
    await command.end(stopWithinMs);
    const alive = () => children.filter(({ pid }) => existsSync(`/proc/${pid}/exe`));
    await until(() => alive().length === 0, {
      timeoutMs: stopWithinMs,
      what: () => `the end of ${alive().map(({ name }) => name)} after ${victim} was killed`,
    });
  }

  /** The run of this start is over, what it led to is published and kept, and everything stops in order. */
  async finish(): Promise<void> {
    const command = this.running();
    await until(async () => (await this.ask<{ done: boolean }>(this.isDone()))?.[0]?.done === true, {
      timeoutMs: finishWithinMs,
      intervalMs: 100,
      what: () => `the end of the sync: ${command.output}`,
    });
    command.interrupt();
    await command.end(stopWithinMs);
    if (command.exitCode === 0) return;
    throw new AppError('unavailable', 'faults.stop_failed', `The services did not stop in order: ${command.output}`);
  }

  async withStores<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    const db = new pg.Client({ connectionString: this.databaseUrl });
    await db.connect();
    try {
      return await work({ db, connect: amqplib.connect, amqpUrl: this.servers.amqpUrl, amqpNamespace: this.namespace });
    } finally {
      await db.end();
    }
  }

  async remove(): Promise<void> {
    if (this.command && !this.command.hasEnded) await this.kill('everything');
    await this.probe.close();
    await removeQueues(this.servers, this.namespace);
    await removeDatabase(this.servers, this.namespace);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private isDone(): string {
    return `select exists (select 1 from clio_sync.run where finished_at >= '${this.startedAt}')
      and not exists (select 1 from clio_sync.run where finished_at is null)
      and not exists (select 1 from clio_sync.outbox_message)
      and not exists (select 1 from mapping.outbox_message) as done`;
  }

  private running(): Command {
    if (!this.command) throw new Error('Nothing was started.');
    return this.command;
  }
}

/** The services by name, as their parent's process list shows them. */
function childrenOf(parent: number): { pid: number; name: string }[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const status = readIfThere(`/proc/${entry}/status`);
      if (!status.includes(`\nPPid:\t${parent}\n`)) return [];
      const name = /apps\/([a-z-]+)\/dist\/main\.js/.exec(readIfThere(`/proc/${entry}/cmdline`))?.[1];
      return name === undefined ? [] : [{ pid: Number(entry), name }];
    });
}

/** Processes come and go while the list is read. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
