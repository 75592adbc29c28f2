import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
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
    const logFile = path.join(this.logDir, `${spec.name}.log`);
    // The file itself, not a pipe to us: a service that outlives us for a moment still has its say.
    const log = openSync(logFile, 'a', 0o600);
    const logStart = fstatSync(log).size;
    const child = spawn(process.execPath, [spec.entry, ...spec.args], {
      env: { ...spec.env },
      stdio: ['ignore', log, log, 'ipc'],
      // A session of its own: Ctrl-C must reach us only, who then stop the children in order; a second signal would cut them off.
      detached: process.platform !== 'win32',
    });
    closeSync(log);
    this.children.set(spec.name, child);
    let isReady = false;
    child.once('exit', (code) => {
      this.children.delete(spec.name);
      if (isReady && !this.stopping) this.onExit(spec.name, code);
    });
    await untilReady(spec.readyUrl, child, spec.name, () => sentencesIn(logFile, logStart));
    isReady = true;
  }

  /** Asks all to stop, the last started first, and waits. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const child of [...this.children.values()].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
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
    if (child.exitCode !== null || child.signalCode !== null) throw notStarted(name, lastError());
    if (await answers(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw notStarted(name, `it was not ready within ${readyWithinMs / 1000} s`);
}

/** What is not a log entry: why a process could not start. */
function sentencesIn(logFile: string, from: number): string {
  const lines = readFileSync(logFile).subarray(from).toString().split('\n');
  return lines
    .filter((line) => !line.startsWith('{'))
    .join('\n')
    .slice(-2_000);
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
