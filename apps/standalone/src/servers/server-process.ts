import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@firmbridge/contracts';

export interface ServerProcessSpec {
  /** For errors: `RabbitMQ`. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  /** Its own when it must not run as we do. */
  readonly account?: { readonly uid: number; readonly gid: number } | null;
  /** What it gets when our process ends before it, default SIGKILL. */
  readonly lastSignal?: 'SIGKILL' | 'SIGQUIT';
}

const stopWithinMs = 30_000;
/** As many open files as the system lets us have, whatever the shell of whoever started us allows at first. */
const asManyFilesAsAllowed = 'ulimit -n "$(ulimit -Hn)" 2>/dev/null; exec "$0" "$@"';

/** A server at the head of a process group of its own, out of reach of Ctrl-C. It does not outlive our process. */
export class ServerProcess {
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private readonly onExit = () => this.signalGroup(this.spec.lastSignal ?? 'SIGKILL');

  constructor(private readonly spec: ServerProcessSpec) {
    const log = openSync(spec.logFile, 'a', 0o640);
    const options: SpawnOptions = {
      // A folder that every account may sit in.
      cwd: '/',
      env: { ...spec.env },
      stdio: ['ignore', log, log],
      detached: true,
      ...spec.account,
    };
    this.child = spawn('/bin/sh', ['-c', asManyFilesAsAllowed, spec.program, ...spec.args], options);
    closeSync(log);
    this.ended = new Promise((resolve) => this.child.once('exit', () => resolve()));
    if (this.child.pid === undefined)
      throw new AppError('internal', 'servers.not_spawned', `${spec.name} did not run.`);
    this.pid = this.child.pid;
    // Before whoever removes its files.
    process.prependOnceListener('exit', this.onExit);
    void this.ended.then(() => process.off('exit', this.onExit));
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** What it said last. */
  get output(): string {
    return existsSync(this.spec.logFile) ? readFileSync(this.spec.logFile, 'utf8').slice(-4_000).trim() : '';
  }

  /** Asks until the answer is true; throws with the server's own words when it ends before or takes too long. */
  async untilReady(answers: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    for (const deadline = Date.now() + timeoutMs; !(await answers()); await wait(50)) {
      if (this.hasEnded) throw this.notStarted('it ended');
      if (Date.now() > deadline) throw this.notStarted(`it did not answer within ${timeoutMs / 1000} s`);
    }
  }

  /** Asks it to end and waits; a server that does not end in time is killed. */
  async stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT'): Promise<void> {
    if (this.hasEnded) return;
    process.kill(this.pid, signal);
    const timer = setTimeout(() => this.signalGroup('SIGKILL'), stopWithinMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends it and all it started. */
  async kill(): Promise<void> {
    this.signalGroup('SIGKILL');
    await this.ended;
  }

  private signalGroup(signal: 'SIGKILL' | 'SIGQUIT'): void {
    if (!this.hasEnded) process.kill(-this.pid, signal);
  }

  private notStarted(reason: string): AppError {
    return new AppError(
      'unavailable',
      'servers.not_started',
      `${this.spec.name} did not start, ${reason}: ${this.output || 'it said nothing'}`,
    );
  }
}
