import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { AppError } from '@firmbridge/contracts';
import { z } from 'zod';

const lockSchema = z.object({ pid: z.int().positive(), startedAt: z.string() });
const portsSchema = z.record(z.string(), z.int().min(1).max(65_535));

interface KernelFacts {
  /** `Z`: it has ended, and its parent has not asked how yet. In a container whose first process never asks it stays so. */
  readonly state: string;
  /** So a later process with the same id is not taken for it. */
  readonly startedAt: string;
}

function kernelFacts(pid: number): KernelFacts | null {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
}

function isRunning(lock: z.output<typeof lockSchema>): boolean {
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false;
  }
  const facts = kernelFacts(lock.pid);
  return facts === null || (facts.state !== 'Z' && facts.startedAt === lock.startedAt);
}

/** The folder in which a standalone Firmbridge keeps everything. One process at a time owns it. */
export class DataDir {
  private constructor(readonly path: string) {}

  /** Throws a sentence, and touches nothing, while another process owns the folder. The lock of a dead process is taken over. */
  static claim(folder: string): DataDir {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const dir = new DataDir(folder);
    const mine = dir.file(`lock.${process.pid}`);
    writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: kernelFacts(process.pid)?.startedAt ?? '' }));
    try {
      dir.takeLock(mine);
    } finally {
      unlinkSync(mine);
    }
    return dir;
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  release(): void {
    unlinkSync(this.file('lock'));
  }

  /** Made at the first start and kept; readable by its owner only. */
  vaultKeys(): string {
    const file = this.file('vault-keys');
    if (!existsSync(file))
      writeFileSync(file, `standalone:${randomBytes(32).toString('base64')}`, { mode: 0o600, flag: 'wx' });
    return readFileSync(file, 'utf8').trim();
  }

  /** The same ports at each start: connections remember the address of the sandbox. */
  async ports<Name extends string>(names: readonly Name[]): Promise<Record<Name, number>> {
    const file = this.file('ports.json');
    const known = existsSync(file) ? portsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
    const ports = { ...known };
    for (const name of names) ports[name] ??= await freePort();
    writeFileSync(`${file}.new`, JSON.stringify(ports, null, 2));
    renameSync(`${file}.new`, file);
    return ports as Record<Name, number>;
  }

  private takeLock(mine: string): void {
    const lock = this.file('lock');
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        linkSync(mine, lock);
        return;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      this.removeDead(lock, `${mine}.dead`);
    }
    throw alreadyRunning(this.path, null);
  }

  /** Of several that find the lock of a dead process each moves aside what is there, and puts back what a faster one made. */
  private removeDead(lock: string, aside: string): void {
    refuseLiving(this.path, lock);
    try {
      renameSync(lock, aside);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      throw error;
    }
    try {
      refuseLiving(this.path, aside);
    } catch (error) {
      linkSync(aside, lock);
      throw error;
    } finally {
      unlinkSync(aside);
    }
  }
}

function refuseLiving(folder: string, lock: string): void {
  if (!existsSync(lock)) return;
  const holder = lockSchema.safeParse(parseJson(readFileSync(lock, 'utf8')));
  if (holder.success && isRunning(holder.data)) throw alreadyRunning(folder, holder.data.pid);
}

/** null for a file that a power cut left unreadable. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function alreadyRunning(folder: string, pid: number | null): AppError {
  const who = pid === null ? '' : ` (process ${pid})`;
  return new AppError(
    'conflict',
    'standalone.already_running',
    `Firmbridge is already running here${who} with its data in ${folder}. Use that one, stop it first, or start this one with --data-dir ANOTHER_FOLDER.`,
  );
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
