import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Programs of this machine with which servers of one's own can be started. */
export interface ServerPrograms {
  readonly rabbitmqServer: string;
  readonly erl: string;
  readonly epmd: string;
  readonly initdb: string;
  readonly postgres: string;
}

const oldestPostgres = 15;

/** What was found in the folders of the search path and the usual places, or the names of what was not. */
export function findPrograms(
  searchPath: string,
  usualPlaces: readonly string[] = usualFolders(),
): ServerPrograms | { readonly missing: readonly string[] } {
  const folders = [...searchPath.split(path.delimiter).filter((folder) => folder !== ''), ...usualPlaces];
  const rabbit = folders.find(isRabbit);
  const erlang = folders.find((folder) => ['erl', 'epmd'].every((name) => isProgram(path.join(folder, name))));
  const postgres = folders.find(isPostgres);
  if (rabbit !== undefined && erlang !== undefined && postgres !== undefined) {
    return {
      rabbitmqServer: path.join(rabbit, 'rabbitmq-server'),
      erl: path.join(erlang, 'erl'),
      epmd: path.join(erlang, 'epmd'),
      initdb: path.join(postgres, 'initdb'),
      postgres: path.join(postgres, 'postgres'),
    };
  }
  return {
    missing: [
      ...(rabbit === undefined ? ['rabbitmq-server'] : []),
      ...(erlang === undefined ? ['erl and epmd of Erlang'] : []),
      ...(postgres === undefined ? [`initdb and postgres of PostgreSQL ${oldestPostgres} or newer`] : []),
    ],
  };
}

function usualFolders(): string[] {
  const homebrew = ['rabbitmq/sbin', 'erlang/bin', 'postgresql/bin'].map((name) => `/opt/homebrew/opt/${name}`);
  const linux = ['/usr/lib/rabbitmq/bin', '/opt/rabbitmq/sbin', '/usr/lib/erlang/bin', '/opt/erlang/bin'];
  return [...linux, ...versionsIn('/usr/lib/postgresql'), '/usr/local/pgsql/bin', ...homebrew];
}

/** Debian puts a wrapper on the path that changes the user and thereby serves its own node only. */
function isRabbit(folder: string): boolean {
  const server = path.join(folder, 'rabbitmq-server');
  return isProgram(server) && path.basename(realpathSync(server)) === 'rabbitmq-server';
}

function isPostgres(folder: string): boolean {
  const postgres = path.join(folder, 'postgres');
  if (!isProgram(postgres) || !isProgram(path.join(folder, 'initdb'))) return false;
  const version = execFileSync(postgres, ['--version'], { encoding: 'utf8' });
  return Number(/(\d+)/.exec(version)?.[1]) >= oldestPostgres;
}

/** Newest first. */
function versionsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => path.join(folder, version, 'bin'));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
