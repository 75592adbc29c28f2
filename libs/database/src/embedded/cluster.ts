import { AppError, messageOf } from '@firmbridge/contracts';
import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { spawnAs } from './server-account.js';
import type { ServerBinaries } from './server-binaries.js';
import type { ServerHome } from './server-home.js';

const run = promisify(execFile);

/** Makes the cluster where there is none. It appears under its name only when it is complete. */
export async function ensureCluster(
  home: ServerHome,
  binaries: ServerBinaries,
  { password, fsync }: { password: string; fsync: boolean },
): Promise<void> {
  if (existsSync(home.cluster)) return refuseOtherVersion(home, binaries);
  const unfinished = `${home.cluster}.new`;
  const passwordFile = path.join(home.folder, 'password.new');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  try {
    for (const handedOver of [unfinished, passwordFile]) handOver(handedOver, home);
    const durability = fsync ? [] : ['--no-sync'];
    await run(binaries.initdb, [...initArguments(unfinished, passwordFile), ...durability], spawnAs(home.account));
    renameSync(unfinished, home.cluster);
  } catch (error) {
    const message = `The database in ${home.folder} cannot be created: ${messageOf(error)}`;
    throw new AppError('internal', 'embedded_postgres.no_cluster', message, { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function initArguments(cluster: string, passwordFile: string): string[] {
  // The built-in locale knows upper and lower case of all scripts and needs nothing from the operating system.
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  return ['-D', cluster, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, ...locale];
}

function handOver(file: string, { account }: ServerHome): void {
  if (account?.isSwitched) chownSync(file, account.uid, account.gid);
}

async function refuseOtherVersion(home: ServerHome, binaries: ServerBinaries): Promise<void> {
  const written = readFileSync(path.join(home.cluster, 'PG_VERSION'), 'utf8').trim();
  const { stdout } = await run(binaries.postgres, ['--version'], spawnAs(home.account));
  const installed = /\d+/.exec(stdout)?.[0];
  if (written === installed) return;
  throw new AppError(
    'internal',
    'embedded_postgres.other_version',
    `The data in ${home.cluster} was written by PostgreSQL ${written}, and ${installed} is installed: restore a backup into a new folder.`,
  );
}
