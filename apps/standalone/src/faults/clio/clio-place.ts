import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { Connection, Run, RunMode } from '@firmbridge/contracts';
import { createSandbox, type Sandbox } from '@firmbridge/sandbox';
import amqplib from 'amqplib';
import pg from 'pg';
import { Demo } from '../../demo.js';
import { environmentOf, type PlatformSettings } from '../../environment.js';
import { prepare, startPlatform, type Platform } from '../../platform.js';
import { freeServerPort } from '../../servers/loopback-port.js';
import type { OwnServers } from '../../servers/own-servers.js';
import { declareTap } from '../entity-tap.js';
import { readEvidence, type Evidence } from '../evidence.js';
import { untilPublished } from '../outboxes.js';
import { aLocalUrl, settingsOfPlace } from '../place-settings.js';
import { Replica } from '../replica.js';
import { until } from '../until.js';
import { clioReport, type ClioReplicaSettings, type ClioReport } from './clio-protocol.js';

export interface ClioPlaceOptions {
  readonly name: string;
  readonly matters: number;
  readonly tell: (line: string) => void;
  readonly replica: ClioReplicaSettings;
  /** More variables for clio-sync. */
  readonly env?: Readonly<Record<string, string>>;
  /** Clio's webhooks reach clio-sync. */
  readonly webhooks?: boolean;
}

interface PlaceParts {
  readonly settings: PlatformSettings;
  readonly sandbox: Sandbox;
  readonly platform: Platform;
  readonly demo: Demo;
  readonly logDir: string;
  readonly compiledDir: string;
}

export type ClioReplica = Replica<ClioReport>;

/** So rarely that no poll comes by itself while the story is told. */
const pollIntervalSeconds = 86_400;
const runWithinMs = 120_000;

/**
 * A firm of a sandbox of its own, the services beside clio-sync in this process, and any replicas of clio-sync as processes that
 * may die and be sabotaged.
 */
export class ClioPlace {
  readonly replicas: ClioReplica[] = [];
  readonly sandbox: Sandbox;
  readonly demo: Demo;
  readonly db: pg.Pool;
  connection: Connection | null = null;

  private constructor(
    private readonly options: ClioPlaceOptions,
    private readonly parts: PlaceParts,
  ) {
    this.sandbox = parts.sandbox;
    this.demo = parts.demo;
    this.db = new pg.Pool({ connectionString: parts.settings.addresses.databaseUrl, max: 4 });
    // A connection that the end of the server cuts off is nobody's trouble any more.
    this.db.on('error', () => undefined);
  }

  static async open(servers: OwnServers, options: ClioPlaceOptions): Promise<ClioPlace> {
    const { name, matters } = options;
    const sandbox = await createSandbox({
      matters,
      clio: { switches: { autoApprove: true, requestsPerMinute: null } },
    });
    const base = await settingsOfPlace(servers, { name, sandboxUrl: sandbox.url });
    const { logDir } = base;
    const addresses = {
      ...base.settings.addresses,
      ...(options.webhooks ? { clioSyncUrl: await aLocalUrl() } : {}),
    };
    const settings = { ...base.settings, addresses, pollIntervalSeconds };
    await prepare(amqplib.connect, settings);
    const { amqpUrl } = addresses;
    await declareTap({ connect: amqplib.connect, amqpUrl, amqpNamespace: name });
    const logTo = { write: (line: string) => appendFileSync(path.join(logDir, 'services.log'), line) };
    const only = ['audit-log', 'auth', 'mapping', 'ghl-sync'];
    const platform = await startPlatform(amqplib.connect, settings, { logTo, only });
    const demo = new Demo({ connect: amqplib.connect, url: amqpUrl, namespace: name });
    await demo.open();
    const compiledDir = servers.file('compiled');
    return new ClioPlace(options, { settings, sandbox, platform, demo, logDir, compiledDir });
  }

  get clio(): Sandbox['control']['clio'] {
    return this.sandbox.control.clio;
  }

  get connectionId(): string {
    if (this.connection === null) throw new Error('No account was connected.');
    return this.connection.connectionId;
  }

  file(name: string): string {
    return path.join(this.parts.logDir, name);
  }

  /** One more replica of clio-sync; it runs when this resolves, and again whenever it ends. */
  async startReplica(): Promise<ClioReplica> {
    const { settings, compiledDir } = this.parts;
    const { name, replica: own, env, tell, webhooks } = this.options;
    const replica: ClioReplica = new Replica({
      name: `${name} clio-sync ${this.replicas.length + 1}`,
      entry: path.join(import.meta.dirname, 'clio-replica-main.js'),
      settings: own,
      env: {
        ...environmentOf('clio-sync', settings),
        // Most of a start is compiling, which replicas do once for all.
        NODE_COMPILE_CACHE: compiledDir,
        ...(webhooks ? {} : { PORT: String(await freeServerPort()) }),
        ...env,
      },
      logFile: this.file(`clio-sync ${this.replicas.length + 1}.log`),
      read: (message) => clioReport.parse(message),
      heard: () => undefined,
      gone: (words) => {
        if (words !== undefined) tell(words);
      },
    });
    this.replicas.push(replica);
    await replica.start();
    return replica;
  }

  /** All replicas end in order; others may be started. */
  async stopReplicas(): Promise<void> {
    for (const replica of this.replicas.splice(0)) await replica.stop();
  }

  async connect(): Promise<void> {
    this.connection = await this.demo.connect('clio');
  }

  /** The account is connected, and everything read and told. */
  async syncAtFirst(): Promise<Run> {
    await this.connect();
    const run = await this.finished(null);
    await untilPublished(this.db);
    return run;
  }

  async run(mode: RunMode = 'incremental', resources: string[] = []): Promise<Run> {
    return this.finished(await this.demo.startRun(this.connectionId, mode, resources));
  }

  /** Asks the database: replicas that could answer may be away. null is the newest run. */
  async isOver(runId: string | null): Promise<boolean> {
    const { rows } = await this.db.query<{ isOver: boolean }>(
      `select finished_at is not null as "isOver" from clio_sync.run where run_id = $1::uuid or $1::uuid is null
       order by started_at desc limit 1`,
      [runId],
    );
    return rows[0]?.isOver ?? false;
  }

  /** The run at its end. */
  async finished(runId: string | null): Promise<Run> {
    await until(() => this.isOver(runId), {
      ...{ timeoutMs: runWithinMs, intervalMs: 50 },
      what: () => `the end of a run of ${this.options.name}`,
    });
    const run = await this.demo.newestRun(runId);
    if (run === null) throw new Error('There is no run.');
    return run;
  }

  async count(sql: string, parameters: unknown[] = []): Promise<number> {
    const { rows } = await this.db.query<{ count: number }>(sql, parameters);
    return rows[0]?.count ?? 0;
  }

  /** All that is left once nothing is under way any more. */
  async evidence(): Promise<Evidence> {
    const { settings } = this.parts;
    const { amqpUrl, databaseUrl } = settings.addresses;
    const db = new pg.Client({ connectionString: databaseUrl });
    await db.connect();
    try {
      const events: Evidence['events'][number][] = [];
      let evidence: Evidence | null = null;
      const isQuiet = async () => {
        await untilPublished(this.db);
        evidence = await readEvidence({ db, connect: amqplib.connect, amqpUrl, amqpNamespace: this.options.name });
        events.push(...evidence.events);
        return evidence.waiting === 0 && evidence.events.length === 0;
      };
      await until(isQuiet, { timeoutMs: 60_000, intervalMs: 200, what: () => 'an end of all events' });
      if (evidence === null) throw new Error('There is no evidence.');
      return { ...(evidence as Evidence), events };
    } finally {
      await db.end();
    }
  }

  /** Everything ends at once. */
  async end(): Promise<void> {
    for (const replica of this.replicas) replica.end();
    await this.demo.close();
    await this.parts.platform.stop();
    await this.sandbox.stop();
    await this.db.end();
  }
}
