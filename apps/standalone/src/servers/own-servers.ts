import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PostgresCluster } from './postgres-cluster.js';
import { RabbitNode } from './rabbitmq-node.js';
import { findPrograms, type ServerPrograms } from './server-programs.js';

const removeAttempts = 50;
const removePauseMs = 50;

/** Why servers of one's own cannot be started here, as a sentence; null when they can. */
export function whyNoServers(searchPath: string): string | null {
  const found = findPrograms(searchPath);
  return 'missing' in found ? `Not found on this machine: ${found.missing.join(', ')}.` : null;
}

/**
 * A RabbitMQ node and a PostgreSQL cluster that nobody else uses, in a temporary folder. They end with `remove`, or with our
 * process however that ends, kill -9 excepted; the folder goes with them.
 */
export class OwnServers {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-servers-'));
  private node: RabbitNode | null = null;
  private cluster: PostgresCluster | null = null;
  private readonly onExit = () => this.removeFolder();

  private constructor() {
    // The database server may run as another user.
    chmodSync(this.folder, 0o711);
    process.once('exit', this.onExit);
  }

  static async start(searchPath: string): Promise<OwnServers> {
    const programs = findPrograms(searchPath);
    if ('missing' in programs) throw new Error(`Not found: ${programs.missing.join(', ')}`);
    const servers = new OwnServers();
    try {
      await servers.launch(programs, searchPath);
    } catch (error) {
      await servers.remove();
      throw error;
    }
    return servers;
  }

  get rabbit(): RabbitNode {
    if (this.node === null) throw new Error('RabbitMQ does not run.');
    return this.node;
  }

  get databaseUrl(): string {
    if (this.cluster === null) throw new Error('PostgreSQL does not run.');
    return this.cluster.url;
  }

  /** For what belongs to the run and goes with it: logs of processes. */
  file(name: string): string {
    return path.join(this.folder, name);
  }

  async remove(): Promise<void> {
    process.off('exit', this.onExit);
    const { node, cluster } = this;
    this.node = null;
    this.cluster = null;
    try {
      await Promise.all([node?.remove(), cluster?.remove()]);
    } finally {
      this.removeFolder();
    }
  }

  private async launch(programs: ServerPrograms, searchPath: string): Promise<void> {
    const folderOf = (name: string) => {
      mkdirSync(this.file(name), { mode: 0o711 });
      return this.file(name);
    };
    this.cluster = await PostgresCluster.start(programs, folderOf('postgres'), searchPath);
    this.node = await RabbitNode.start(programs, folderOf('rabbitmq'), searchPath);
  }

  /** A server that is still ending takes its files away itself, which rmSync takes for the end of its own work. */
  private removeFolder(): void {
    for (let attempt = 0; attempt < removeAttempts && existsSync(this.folder); attempt += 1) {
      if (attempt > 0) pauseSync(removePauseMs);
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: removePauseMs });
    }
  }
}

/** Where nothing can be awaited any more. */
function pauseSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
