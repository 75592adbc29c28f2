import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@firmbridge/contracts';
import pg from 'pg';
import { freeServerPort } from './loopback-port.js';
import type { ServerPrograms } from './server-programs.js';
import { ServerProcess } from './server-process.js';

const run = promisify(execFile);
const startWithinMs = 60_000;

const settings = {
  max_connections: '200',
  shared_buffers: '256MB',
  timezone: 'UTC',
  jit: 'off',
  // Tells when each row was committed, which is what latencies are counted from.
  track_commit_timestamp: 'on',
  log_checkpoints: 'off',
} as const;

/** One PostgreSQL cluster with a port and a password of its own, as durable as PostgreSQL is by itself. */
export class PostgresCluster {
  private constructor(
    readonly url: string,
    private readonly server: ServerProcess,
  ) {}

  static async start(programs: ServerPrograms, folder: string, searchPath: string): Promise<PostgresCluster> {
    const account = accountFor();
    const data = path.join(folder, 'data');
    const passwordFile = path.join(folder, 'password');
    const password = randomBytes(18).toString('base64url');
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (account) for (const file of [folder, data, passwordFile]) chownSync(file, account.uid, account.gid);
    const locale = ['--encoding=UTF8', '--locale=C'];
    const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await run(programs.initdb, ['-D', data, ...locale, ...access], { cwd: '/', ...account });

    const port = await freeServerPort();
    const server = new ServerProcess({
      name: 'PostgreSQL',
      program: programs.postgres,
      args: ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', ...flags()],
      env: { PATH: searchPath, LANG: 'C.UTF-8' },
      logFile: path.join(folder, 'server.log'),
      account,
      // So that it gives its shared memory back.
      lastSignal: 'SIGQUIT',
    });
    const cluster = new PostgresCluster(`postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, server);
    try {
      await server.untilReady(() => answers(cluster.url), startWithinMs);
    } catch (error) {
      await cluster.remove();
      throw error;
    }
    return cluster;
  }

  async remove(): Promise<void> {
    await this.server.stop('SIGQUIT');
  }
}

function flags(): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** PostgreSQL refuses root, so root hands it to a user without rights; null when we are not root. */
function accountFor(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = [idOf('-u', user), idOf('-g', user)];
    if (uid !== null && gid !== null) return { uid, gid };
  }
  const message = 'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody".';
  throw new AppError('internal', 'servers.no_account', message);
}

function idOf(kind: '-u' | '-g', user: string): number | null {
  try {
    return Number(execFileSync('id', [kind, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return null;
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}
