import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { AppError } from '@firmbridge/contracts';
import { until } from './until.js';

/** The name under which settings are handed over in the environment. */
export const settingsVariable = 'FIRMBRIDGE_STORY_SETTINGS';

export interface ReplicaSpec<Report extends { readonly kind: string }> {
  readonly name: string;
  readonly entry: string;
  readonly settings: object;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  /** Checks what the process tells; a report of the kind `ready` is kept from `heard`. */
  readonly read: (message: unknown) => Report;
  readonly heard: (report: Report) => void;
  /** It was killed, or ended by itself as the words tell; another one takes its place. */
  readonly gone: (words?: string) => void;
}

const startWithinMs = 60_000;
const stopWithinMs = 30_000;
const mostUnexpectedEnds = 5;

/** A process of the story that is started again whenever it ends, until it is stopped. */
export class Replica<Report extends { readonly kind: string }> {
  /** Ends by kill -9. */
  kills = 0;
  /** Ends nobody ordered. */
  unexpectedEnds = 0;
  private child: ChildProcess | null = null;
  private isReady = false;
  /** Whether the one that runs now was ever told to die: it may do so after the order was taken back. */
  private isDoomed = false;
  private stopping = false;

  constructor(private readonly spec: ReplicaSpec<Report>) {}

  get name(): string {
    return this.spec.name;
  }

  get runs(): boolean {
    return this.isReady;
  }

  async start(): Promise<void> {
    this.launch();
    await this.ready();
  }

  async ready(): Promise<void> {
    await until(() => this.isReady, {
      timeoutMs: startWithinMs,
      what: () => `the start of ${this.name}: ${this.lastWords}`,
    });
  }

  tell(order: Serializable, { isDeadly = false } = {}): void {
    this.isDoomed ||= isDeadly;
    // One that is ending hears nothing more; its end is what counts.
    this.child?.send(order, () => undefined);
  }

  /** From outside, wherever it is in its work. */
  kill(): void {
    this.isDoomed = true;
    this.child?.kill('SIGKILL');
  }

  /** In order. Throws when it does not end or not well. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (child === null) return;
    child.kill('SIGTERM');
    await until(() => hasEnded(child), {
      timeoutMs: stopWithinMs,
      what: () => `the end of ${this.name}: ${this.lastWords}`,
    });
    if (child.exitCode === 0) return;
    const message = `${this.name} did not stop in order (exit ${child.exitCode}): ${this.lastWords}`;
    throw new AppError('internal', 'faults.stop_failed', message);
  }

  /** At once, if it still runs. */
  end(): void {
    this.stopping = true;
    if (this.child && !hasEnded(this.child)) this.child.kill('SIGKILL');
  }

  get lastWords(): string {
    return existsSync(this.spec.logFile) ? readFileSync(this.spec.logFile, 'utf8').slice(-2_000).trim() : '';
  }

  private launch(): void {
    const { entry, env, settings, logFile, heard } = this.spec;
    const log = openSync(logFile, 'a', 0o600);
    const child = fork(entry, [], {
      env: { ...env, [settingsVariable]: JSON.stringify(settings) },
      stdio: ['ignore', log, log, 'ipc'],
      // Ctrl-C must reach us only.
      detached: true,
    });
    closeSync(log);
    this.child = child;
    this.isReady = false;
    child.on('message', (message) => {
      const report = this.spec.read(message);
      if (report.kind === 'ready') this.isReady = true;
      else heard(report);
    });
    child.once('exit', () => this.hasEnded(child));
  }

  private hasEnded(child: ChildProcess): void {
    this.isReady = false;
    if (this.stopping) return;
    if (child.signalCode === 'SIGKILL' && this.isDoomed) {
      this.kills += 1;
      this.spec.gone();
    } else {
      this.unexpectedEnds += 1;
      const how = child.signalCode ?? `exit ${child.exitCode}`;
      this.spec.gone(`${this.name} ended by itself (${how}): ${this.lastWords}`);
    }
    this.isDoomed = false;
    if (this.unexpectedEnds < mostUnexpectedEnds) this.launch();
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
