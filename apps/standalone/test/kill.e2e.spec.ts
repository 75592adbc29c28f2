import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { removeTopology } from '@firmbridge/messaging';
import { createTestDatabase, eventually, testAmqpUrl, testNamespace, type TestDatabase } from '@firmbridge/testing';
import amqplib from 'amqplib';
import { Command } from '../src/faults/command.js';
import { commonFlags, unlimited, type Installation } from '../src/faults/installation.js';
import { StandaloneInstallation } from '../src/faults/standalone-installation.js';
import { live, type Story } from '../src/faults/story.js';
import { judge } from '../src/faults/verdict.js';
import { prepare } from '../src/platform.js';
import { buildStandalone, entryOf } from './built.js';

jest.setTimeout(120_000);

const mainJs = entryOf('standalone');
const env = { PATH: process.env['PATH'] };
const firm = { seed: 'firmbridge', matters: 40 };
const undisturbed = { ...firm, kills: [], records: 0, edits: [], sabotage: null };

const made: Installation[] = [];

function anInstallation(): StandaloneInstallation {
  const installation = new StandaloneInstallation(mainJs, { ...firm, env });
  made.push(installation);
  return installation;
}

const missed = (actual: Story, expected: Story) =>
  judge('standalone', actual, expected).checks.filter(({ value, most }) => value > most);

beforeAll(buildStandalone);

afterAll(async () => {
  for (const installation of made) await installation.remove();
});

describe('npm start', () => {
  let expected: Story;
  beforeAll(async () => {
    expected = await live(anInstallation(), undisturbed);
  });

  it('brings the same records, entities and events after a kill -9 amid the sync', async () => {
    const records = expected.evidence.records.length;
    expect(records).toBeGreaterThan(500);
    const kills = [{ victim: 'main' as const, at: 0.3 }];
    const killed = await live(anInstallation(), { ...undisturbed, kills, records });
    expect(killed.kills).toHaveLength(1);
    expect(missed(killed, expected)).toEqual([]);
  });

  it('is refused beside a running one, which goes on unharmed', async () => {
    const installation = anInstallation();
    const folder = path.dirname(installation.sandboxFile);
    const flags = ['--data-dir', folder, ...commonFlags({ ...firm, env })];
    const first = new Command({ entry: mainJs, args: flags, env: { ...env, ...unlimited } });
    try {
      await eventually(() => first.output.includes('Syncing goes on'), { timeoutMs: 60_000 });
      const second = new Command({ entry: mainJs, args: ['--once', ...flags], env });
      await second.end(10_000);
      expect(second.exitCode).toBe(1);
      expect(second.output).toMatch(
        /^Firmbridge is already running here \(process \d+\) .* --data-dir ANOTHER_FOLDER\.\n$/,
      );
      expect(first.hasEnded).toBe(false);
    } finally {
      first.signal('SIGTERM');
      await first.end(30_000);
    }
    expect(first.exitCode).toBe(0);
    const runs = await installation.withStores(({ db }) =>
      db.query(`select mode, state from clio_sync.run where mode = 'initial'`),
    );
    expect(runs.rows).toEqual([{ mode: 'initial', state: 'completed' }]);
  });
});

describe('a wrong environment', () => {
  const values = {
    DATABASE_URL: 'secret-one',
    AMQP_URL: 'secret-two',
    LOG_LEVEL: 'secret-three',
    AMQP_NAMESPACE: 'A-B',
  };
  const entries = [
    { name: 'standalone', entry: mainJs },
    { name: 'the supervisor of services', entry: entryOf('standalone', 'services-main.js') },
    ...['auth', 'clio-sync', 'ghl-sync', 'mapping', 'audit-log', 'gateway'].map((name) => ({
      name,
      entry: entryOf(name),
    })),
  ];
  const dataDir = path.join(tmpdir(), `firmbridge-never-made-${process.pid}`);
  const starts = new Map<string, Command>();

  beforeAll(async () => {
    for (const { name, entry } of entries)
      starts.set(name, new Command({ entry, args: [], env: { ...env, ...values, FIRMBRIDGE_DATA_DIR: dataDir } }));
    for (const start of starts.values()) await start.end(30_000);
  });

  it.each(entries)('stops $name before anything starts, a line for each variable and no value', ({ name }) => {
    const { exitCode, output = '' } = starts.get(name) ?? {};
    expect(exitCode).toBe(1);
    const [headline, ...lines] = output.trimEnd().split('\n');
    expect(headline).toMatch(/ cannot start:$/);
    for (const variable of Object.keys(values))
      expect(lines.filter((line) => line.startsWith(`  ${variable}: `))).toHaveLength(1);
    expect(lines.filter((line) => !/^ {2}[A-Z_]+: /.test(line))).toEqual([]);
    for (const value of Object.values(values)) expect(output).not.toContain(value);
    expect(existsSync(dataDir)).toBe(false);
  });
});

const rabbit = testAmqpUrl();
const withRabbit = rabbit === null || process.platform !== 'linux' ? describe.skip : describe;

withRabbit('a service whose supervisor dies (needs RabbitMQ)', () => {
  const amqpUrl = rabbit ?? '';
  const namespace = testNamespace();
  let database: TestDatabase;
  let gate: Awaited<ReturnType<typeof gateBefore>>;

  beforeAll(async () => {
    database = await createTestDatabase({ services: [] });
    gate = await gateBefore(new URL(amqpUrl));
    const addresses = { databaseUrl: database.url, amqpUrl };
    await prepare(amqplib.connect, { addresses, namespaces: { database: database.namespace, amqp: namespace } });
  });
  afterAll(async () => {
    gate?.close();
    await removeTopology({ connect: amqplib.connect, url: amqpUrl, namespace });
    await database?.drop();
  });

  it('does not live on when it was still starting', async () => {
    const settings = {
      ...{ DATABASE_URL: database.url, DATABASE_NAMESPACE: database.namespace },
      ...{ AMQP_URL: gate.url, AMQP_NAMESPACE: namespace, LOG_LEVEL: 'silent' },
    };
    const program = `
      const { spawn } = require('node:child_process');
      const stdio = ['ignore', 'ignore', 'ignore', 'ipc'];
      console.log(spawn(process.execPath, [process.argv[1]], { stdio, detached: true }).pid);`;
    const supervisor = spawn(process.execPath, ['-e', program, entryOf('audit-log')], {
      env: { ...env, ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => {
      supervisor.stdout.once('data', (text) => resolve(Number(text)));
    });
    const isAlive = () => existsSync(`/proc/${pid}/exe`);
    await eventually(() => gate.isReached());
    expect(isAlive()).toBe(true);
    const gone = new Promise((resolve) => supervisor.once('exit', resolve));
    supervisor.kill('SIGKILL');
    await gone;
    gate.open();
    try {
      await eventually(() => !isAlive(), { timeoutMs: 20_000 });
    } finally {
      if (isAlive()) process.kill(pid, 'SIGKILL');
    }
  });
});

/** A way to a server that lets nothing through until it is opened. */
async function gateBefore(server: URL) {
  let reached = false;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const gate = createServer((socket) => {
    reached = true;
    socket.on('error', () => socket.destroy());
    void opened.then(() => {
      const beyond = connect(Number(server.port || 5672), server.hostname);
      beyond.on('error', () => socket.destroy());
      socket.pipe(beyond).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  const url = new URL(server);
  url.hostname = '127.0.0.1';
  url.port = String((gate.address() as AddressInfo).port);
  return { url: url.href, isReached: () => reached, open, close: () => gate.close() };
}
