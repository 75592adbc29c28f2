import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ServiceProcesses } from '../src/service-processes.js';

let folder: string;
let processes: ServiceProcesses;
let ended: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-processes-'));
  ended = [];
  processes = new ServiceProcesses(folder, (name) => ended.push(name));
});
afterEach(async () => {
  await processes.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A service that is ready at once and writes down its process id. */
async function aService(name = 'service', onStop = `process.once('SIGTERM', () => process.exit(0));`) {
  const port = await freePort();
  const entry = path.join(folder, `${name}.mjs`);
  const pidFile = path.join(folder, `${name}.pid`);
  writeFileSync(
    entry,
    `import { createServer } from 'node:http';
     import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
     createServer((_, response) => response.end()).listen(${port}, '127.0.0.1');
     ${onStop}`,
  );
  const url = `http://127.0.0.1:${port}/`;
  await processes.start({ name, entry, args: [], env: {}, readyUrl: url });
  return { url, pid: Number(readFileSync(pidFile, 'utf8')) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a service as a child process', () => {
  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is out of reach of a Ctrl-C that would end it before its turn', async () => {
    const groupOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2];
    const { pid } = await aService();
    expect(groupOf(pid)).toBe(String(pid));
    expect(groupOf(process.pid)).not.toBe(String(pid));
  });

  it('says why it did not start', async () => {
    const entry = path.join(folder, 'broken.mjs');
    writeFileSync(
      entry,
      `console.log('{"level":30}'); console.error('broken cannot start: its port is taken'); process.exit(1);`,
    );
    const readyUrl = `http://127.0.0.1:${await freePort()}/`;
    await expect(processes.start({ name: 'broken', entry, args: [], env: {}, readyUrl })).rejects.toThrow(
      'broken did not start: broken cannot start: its port is taken',
    );
  });

  it('may have ended by itself when its turn to be stopped comes', async () => {
    const first = await aService('first');
    await aService(
      'second',
      `process.once('SIGTERM', () => process.kill(${first.pid}, 'SIGKILL'));
      process.once('SIGTERM', () => setTimeout(() => process.exit(0), 200));`,
    );
    await processes.stop();
    await expect(fetch(first.url)).rejects.toThrow();
  });

  it('is not reported as ended by itself when it was asked to stop', async () => {
    const { url } = await aService();
    await processes.stop();
    expect(ended).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
  });
});
