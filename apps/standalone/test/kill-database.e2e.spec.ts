import { readFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import { eventually } from '@firmbridge/testing';
import { Command } from '../src/faults/command.js';
import { commonFlags, unlimited } from '../src/faults/installation.js';
import { StandaloneInstallation } from '../src/faults/standalone-installation.js';
import { buildStandalone, entryOf } from './built.js';

jest.setTimeout(60_000);

const mainJs = entryOf('standalone');
const env = { PATH: process.env['PATH'] };
const firm = { seed: 'firmbridge', matters: 40 };
let installation: StandaloneInstallation | undefined;

beforeAll(buildStandalone);
afterAll(() => installation?.remove());

describe('npm start without its database', () => {
  it('says so and ends when the embedded PostgreSQL is killed, and goes on at the next start', async () => {
    installation = new StandaloneInstallation(mainJs, { ...firm, env });
    await installation.prepare(null);
    const folder = path.dirname(installation.sandboxFile);
    const flags = ['--data-dir', folder, ...commonFlags({ ...firm, env })];
    const first = new Command({ entry: mainJs, args: flags, env: { ...env, ...unlimited } });
    await eventually(() => first.output.includes('Connected to'), { timeoutMs: 30_000 });
    const [server] = readFileSync(path.join(folder, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(server), 'SIGKILL');
    await first.end(10_000);
    expect(first.exitCode).toBe(1);
    expect(first.output).toContain('The embedded PostgreSQL has ended by itself.');
    await installation.start();
    await installation.finish();
  });
});
