import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { reachServer } from './reach-server.js';
import { spawnAs } from './server-account.js';
import type { ServerBinaries } from './server-binaries.js';
import type { ServerHome } from './server-home.js';

export interface ServerSettings {
  readonly port: number;
  readonly password: string;
  readonly fsync: boolean;
}

const largestLogBytes = 10_000_000;
const fastShutdownMs = 30_000;

/** One running server process. Ends with us: at `stop`, or at the latest when our process exits. */
export class ServerProcess {
  readonly exited: Promise<void>;
  private readonly child: ChildProcess;
  private readonly logStart: number;
  private readonly onExit = () => this.child.kill('SIGINT');

  constructor(
    private readonly home: ServerHome,
    private readonly binaries: ServerBinaries,
    private readonly settings: ServerSettings,
  ) {
    rotateLog(home.log);
    const log = openSync(home.log, 'a', 0o640);
    this.logStart = statSync(home.log).size;
    this.child = spawn(binaries.postgres, this.arguments(), {
      ...spawnAs(home.account),
      // A session of its own: Ctrl-C must reach us only, who stop the services before their database.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.exited = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', () => resolve());
    });
    process.once('exit', this.onExit);
    void this.exited.then(() => process.off('exit', this.onExit));
    this.child.unref();
  }

  /** 'ready' when it answers; otherwise it has ended (its log says why), runs into the deadline, or another server has the port. */
  async ready(timeoutMs: number): Promise<'ready' | 'ended' | 'late' | 'port taken'> {
    const { port, password } = this.settings;
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(20)) {
      if (this.hasEnded()) return /could not bind|Address already in use/.test(this.logged()) ? 'port taken' : 'ended';
      const answer = await reachServer({ port, password, cluster: this.home.cluster });
      if (answer === 'ready') return 'ready';
      if (answer === 'another') return 'port taken';
    }
    return 'late';
  }

  /** What it has written since it started. */
  logged(): string {
    return readFileSync(this.home.log).subarray(this.logStart).toString('utf8').slice(-4000);
  }

  /** Ends connections, writes everything down, and is gone. */
  async stop(): Promise<void> {
    this.child.ref();
    if (this.hasEnded()) return;
    if (process.platform === 'win32') await this.stopByControl();
    else this.child.kill('SIGINT');
    await Promise.race([this.exited, sleep(fastShutdownMs, undefined, { ref: false })]);
    if (!this.hasEnded()) this.child.kill('SIGQUIT');
    await this.exited;
  }

  private hasEnded(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Windows has no signals; ending the process would be a crash. */
  private async stopByControl(): Promise<void> {
    await promisify(execFile)(this.binaries.pgCtl, ['stop', '-D', this.home.cluster, '-m', 'fast']);
  }

  private arguments(): string[] {
    const configuration = {
      fsync: this.settings.fsync ? 'on' : 'off',
      shared_buffers: '128MB',
      max_connections: '200',
      jit: 'off',
      timezone: 'UTC',
      log_timezone: 'UTC',
      log_checkpoints: 'off',
      // Statements and details carry people's data, which has no place in a log.
      log_min_error_statement: 'panic',
      log_error_verbosity: 'terse',
    };
    const options = Object.entries(configuration).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return ['-D', this.home.cluster, '-p', String(this.settings.port), '-h', '127.0.0.1', '-k', '', ...options];
  }
}

function rotateLog(log: string): void {
  if (existsSync(log) && statSync(log).size > largestLogBytes) renameSync(log, `${log}.old`);
}
