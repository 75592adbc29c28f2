import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { AppError } from '@firmbridge/contracts';

export interface ProcessSpec {
  readonly name: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers 200 when the process is ready. */
  readonly readyUrl: string;
}

const readyWithinMs = 60_000;
const stopWithinMs = 25_000;

/** Child processes that end when this one does, whatever way it ends: the channel to them closes, and they stop by themselves. */
export class ServiceProcesses {
  private readonly children = new Map<string, ChildProcess>();
  private stopping = false;

  constructor(
    private readonly logDir: string,
    private readonly onExit: (name: string, code: number | null) => void,
  ) {}

  async start(spec: ProcessSpec): Promise<void> {
    await untilFree(spec.readyUrl);
    const log = createWriteStream(path.join(this.logDir, `${spec.name}.log`), { flags: 'a', mode: 0o600 });
    const child = spawn(process.execPath, [spec.entry, ...spec.args], {
      env: { ...spec.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A session of its own: Ctrl-C must reach us only, who then stop the children in order; a second signal would cut them off.
      detached: process.platform !== 'win32',
    });
    let lastError = '';
    child.stdout?.pipe(log);
    child.stderr?.on('data', (chunk: Buffer) => {
      lastError = `${lastError}${chunk.toString()}`.slice(-2_000);
      log.write(chunk);
    });
    this.children.set(spec.name, child);
    child.once('exit', (code) => {
      this.children.delete(spec.name);
      if (!this.stopping) this.onExit(spec.name, code);
    });
    await untilReady(spec.readyUrl, child, spec.name, () => lastError);
  }

  /** Asks all to stop, the last started first, and waits. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const child of [...this.children.values()].reverse()) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    }
  }
}

/** Resolves when the address answers well; throws when the process has ended or does not get ready in time. */
export async function untilReady(
  url: string,
  child: ChildProcess,
  name = 'the process',
  lastError = () => '',
): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw notStarted(name, lastError());
    if (await answers(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw notStarted(name, `it was not ready within ${readyWithinMs / 1000} s`);
}

function notStarted(name: string, reason: string): AppError {
  return new AppError('unavailable', 'services.not_started', `${name} did not start: ${reason.trim()}`);
}

/** The process of a run that was killed may need a moment to notice and to give its port back. */
async function untilFree(url: string): Promise<void> {
  const deadline = Date.now() + stopWithinMs;
  while (Date.now() < deadline && (await isListened(url))) await new Promise((resolve) => setTimeout(resolve, 200));
}

async function isListened(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => null);
  return answer?.ok ?? false;
}
