import { spawn, type ChildProcess } from 'node:child_process';
import { AppError } from '@firmbridge/contracts';
import { until } from './until.js';

export interface CommandSpec {
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

const outputKept = 4_000;

/** One of our commands as a process of its own, at the head of its own process group. */
export class Command {
  readonly pid: number;
  private text = '';
  private readonly child: ChildProcess;

  constructor(private readonly spec: CommandSpec) {
    this.child = spawn(process.execPath, [spec.entry, ...spec.args], {
      env: { ...spec.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    if (this.child.pid === undefined)
      throw new AppError('internal', 'faults.not_spawned', `${spec.entry} did not run.`);
    this.pid = this.child.pid;
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.text = `${this.text}${chunk.toString()}`.slice(-outputKept);
      });
    }
  }

  /** What it said last. */
  get output(): string {
    return this.text;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  signal(signal: 'SIGKILL' | 'SIGTERM'): void {
    this.child.kill(signal);
  }

  /** What Ctrl-C in a terminal does: a signal to every process of the group. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** Waits for its end, and for that of whoever still writes to its output. */
  async end(timeoutMs: number): Promise<void> {
    await until(() => this.hasEnded, { timeoutMs, what: () => `the end of ${this.spec.entry}: ${this.output}` });
  }

  /** Throws with its own words when it has ended although it should run. */
  mustRun(): void {
    if (!this.hasEnded) return;
    throw new AppError(
      'unavailable',
      'faults.ended_early',
      `${this.spec.entry} ended by itself (exit ${this.exitCode}): ${this.output.trim()}`,
    );
  }
}
