import { AppError } from '@firmbridge/contracts';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNumberTaken, runs } from './process-identity.js';
import { reachServer } from './reach-server.js';
import type { ServerHome } from './server-home.js';
import type { ServerRecord } from './server-record.js';

const fastShutdownMs = 30_000;
const immediateShutdownMs = 10_000;

// Larger than any process id: nobody has it.
const nobodysPid = 2_147_483_646;

/**
 * Ends a server that lost the process which started it (kill -9) and still serves this folder; anything else that happens
 * to have the process id in the lock file is left alone.
 */
export async function stopOrphan(home: ServerHome, record: ServerRecord): Promise<void> {
  const lock = readLock(home);
  if (!lock || !isNumberTaken(lock.pid)) return;
  if (!(await isServing(home, lock, record))) {
    disown(home);
    return;
  }
  if (await signalAndWait(lock.pid, 'SIGINT', fastShutdownMs)) return;
  if (await signalAndWait(lock.pid, 'SIGQUIT', immediateShutdownMs)) return;
  throw new AppError(
    'unavailable',
    'embedded_postgres.orphan_stays',
    `An earlier PostgreSQL (process ${lock.pid}) still serves ${home.cluster} and does not stop.`,
  );
}

interface Lock {
  readonly pid: number;
  readonly port: number;
}

function lockFile(home: ServerHome): string {
  return path.join(home.cluster, 'postmaster.pid');
}

/** First line: process id, fourth: port. Without a fourth line the server had only begun to start. */
function readLock(home: ServerHome): Lock | null {
  if (!existsSync(lockFile(home))) return null;
  const lines = readFileSync(lockFile(home), 'utf8').split('\n');
  const pid = Math.abs(Number(lines[0]));
  return pid > 0 ? { pid, port: Number(lines[3] ?? 0) } : null;
}

async function isServing(home: ServerHome, { pid, port }: Lock, { password }: ServerRecord): Promise<boolean> {
  // A server's working folder is its cluster.
  if (process.platform === 'linux') return workingFolder(pid) === home.cluster;
  return port > 0 && (await reachServer({ port, password, cluster: home.cluster })) === 'ready';
}

function workingFolder(pid: number): string | null {
  try {
    return realpathSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/**
 * PostgreSQL refuses to start while any process has the number in its lock file. Only the number is changed: the rest of
 * the file lets it see whether children of a dead server still use the cluster.
 */
function disown(home: ServerHome): void {
  const [, ...rest] = readFileSync(lockFile(home), 'utf8').split('\n');
  writeFileSync(lockFile(home), [nobodysPid, ...rest].join('\n'));
}

async function signalAndWait(pid: number, signal: 'SIGINT' | 'SIGQUIT', timeoutMs: number): Promise<boolean> {
  process.kill(pid, signal);
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline;) {
    if (!runs(pid)) return true;
    await sleep(20);
  }
  return false;
}
