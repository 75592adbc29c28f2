import { AppError } from '@firmbridge/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureCluster } from './cluster.js';
import { anyFreePort, portIfFree } from './free-port.js';
import { stopOrphan } from './orphan.js';
import { identityOf, isRunning } from './process-identity.js';
import { serverUrl } from './reach-server.js';
import { findBinaries, type ServerBinaries } from './server-binaries.js';
import { openHome } from './open-home.js';
import type { ServerHome } from './server-home.js';
import { ServerProcess } from './server-process.js';
import { readRecord, type ServerRecord, withOwner, writeRecord } from './server-record.js';

export interface EmbeddedPostgresOptions {
  /** Holds everything of this server; made when missing. */
  readonly dataDir: string;
  /** Must be free. Default: the port of the last start if it is free, else any. */
  readonly port?: number;
  /** Off only for data that may be lost. Default on. */
  readonly fsync?: boolean;
  /** Where the data goes when the server's user cannot reach `dataDir`; default `/var/lib/firmbridge`. */
  readonly fallbackDir?: string;
  /** Covers the recovery after a crash. Default 120 s. */
  readonly startTimeoutMs?: number;
}

export interface EmbeddedPostgres {
  /** A superuser's URL, with the password that the server got when it was made. */
  readonly url: string;
  readonly port: number;
  /** Where the data is: `dataDir`, or the folder that replaces it. */
  readonly folder: string;
  /** Resolves when the server is gone, for whatever reason. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes with the npm packages, on loopback only. Everything committed survives the end of our
 * process, kill -9 included: a server left behind by it is stopped first. A folder is served for one process at a time.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const home = await openHome(options.dataDir, options.fallbackDir);
  const known = readRecord(home);
  if (known.owner && isRunning(known.owner)) throw inUse(home, known.owner.pid);
  const record = withOwner(known, identityOf(process.pid));
  writeRecord(home, record);
  try {
    const binaries = await findBinaries(home);
    await stopOrphan(home, record);
    await ensureCluster(home, binaries, { password: record.password, fsync: options.fsync ?? true });
    return await launch(home, binaries, record, options);
  } catch (error) {
    writeRecord(home, withOwner(record, null));
    throw error;
  }
}

async function launch(
  home: ServerHome,
  binaries: ServerBinaries,
  record: ServerRecord,
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const deadline = Date.now() + (options.startTimeoutMs ?? 120_000);
  for (;;) {
    const port = await choosePort(options.port, record.port);
    const server = new ServerProcess(home, binaries, { port, password: record.password, fsync: options.fsync ?? true });
    const outcome = await server.ready(deadline - Date.now());
    if (outcome === 'ready') {
      const started = { ...record, port };
      writeRecord(home, started);
      return running(home, server, started, port);
    }
    await server.stop();
    const reason = server.logged();
    if (!isWorthAnotherTry(outcome, reason, options) || Date.now() > deadline) throw notStarted(home, outcome, reason);
    await sleep(200);
  }
}

function running(home: ServerHome, server: ServerProcess, record: ServerRecord, port: number): EmbeddedPostgres {
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await server.stop();
    writeRecord(home, withOwner(record, null));
  };
  return {
    url: serverUrl({ port, password: record.password }),
    port,
    folder: home.folder,
    exited: server.exited,
    stop: () => (stopped ??= stop()),
  };
}

async function choosePort(wanted: number | undefined, last: number | null): Promise<number> {
  if (wanted === undefined) return (last === null ? null : await portIfFree(last)) ?? (await anyFreePort());
  if ((await portIfFree(wanted)) !== null) return wanted;
  throw new AppError(
    'conflict',
    'embedded_postgres.port_taken',
    `Port ${wanted} for PostgreSQL is taken by another program.`,
  );
}

/** Somebody was faster at the port, or children of a killed server are about to notice its death. */
function isWorthAnotherTry(outcome: string, reason: string, options: EmbeddedPostgresOptions): boolean {
  if (outcome === 'port taken') return options.port === undefined;
  return outcome === 'ended' && reason.includes('pre-existing shared memory block');
}

function inUse(home: ServerHome, pid: number): AppError {
  return new AppError(
    'conflict',
    'embedded_postgres.in_use',
    `The database in ${home.folder} is in use by process ${pid}: stop that first.`,
  );
}

function notStarted(home: ServerHome, outcome: string, reason: string): AppError {
  return new AppError(
    'unavailable',
    'embedded_postgres.not_started',
    `The embedded PostgreSQL in ${home.folder} did not start (${outcome}): ${reason.trim() || 'its log is empty'}`,
  );
}
