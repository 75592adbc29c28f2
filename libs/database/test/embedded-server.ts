import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import type { EmbeddedPostgresOptions } from '../src/index.js';

export const workspace = fileURLToPath(new URL('../../..', import.meta.url));
export const builtLauncher = path.join(workspace, 'libs/database/dist/embedded/start-embedded-postgres.js');
const script = path.join(workspace, 'libs/database/test/serve-embedded.mjs');

export interface ServeOptions extends EmbeddedPostgresOptions {
  readonly uid?: number;
  readonly launcher?: string;
}

/** An embedded server in a process of its own, which a test may kill. */
export interface ServingProcess {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly pid: number;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export class NotServed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The processes run what is built; an up-to-date build costs a moment only. */
export function buildLauncher(): void {
  const { status } = spawnSync(process.execPath, ['tools/tsc.mjs', '-b', 'libs/database'], { cwd: workspace });
  if (status !== 0) throw new Error('libs/database does not compile.');
}

export async function serve({ uid, launcher = builtLauncher, ...options }: ServeOptions): Promise<ServingProcess> {
  const identity = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [script, pathToFileURL(launcher).href, JSON.stringify(options)], {
    ...identity,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answer = await firstLine(child);
  if (answer.code) {
    throw new NotServed(answer.code, answer.message);
  }
  const ended = once(child, 'exit');
  return {
    ...answer,
    pid: child.pid ?? 0,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: async () => {
      child.stdin?.end();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess) {
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) return JSON.parse(line);
  throw new Error('The serving process ended without a word.');
}

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
