import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { AppError } from '@firmbridge/contracts';
import { z } from 'zod';

const lockSchema = z.object({ pid: z.int().positive(), startedAt: z.string() });
const portsSchema = z.record(z.string(), z.int().min(1).max(65_535));

/** When the process began, as the kernel tells it; so a later process with the same id is not taken for it. */
function startOf(pid: number): string | null {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return null;
  const text = readFileSync(stat, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function isRunning(lock: z.output<typeof lockSchema>): boolean {
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const startedAt = startOf(lock.pid);
  return startedAt === null || startedAt === lock.startedAt;
}

/** The folder in which a standalone Firmbridge keeps everything. One process at a time owns it. */
export class DataDir {
  private constructor(readonly path: string) {}

  /** Throws a sentence, and touches nothing, while another process owns the folder. The lock of a dead process is taken over. */
  static claim(folder: string): DataDir {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const dir = new DataDir(folder);
    const mine = dir.file(`lock.${process.pid}`);
    writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) ?? '' }));
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
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        linkSync(mine, lock);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = lockSchema.safeParse(JSON.parse(readFileSync(lock, 'utf8')));
      if (holder.success && isRunning(holder.data)) throw alreadyRunning(this.path, holder.data.pid);
      unlinkSync(lock);
    }
    throw alreadyRunning(this.path, null);
  }
}

function alreadyRunning(folder: string, pid: number | null): AppError {
  const who = pid === null ? '' : ` (process ${pid})`;
  return new AppError(
    'conflict',
    'standalone.already_running',
    `Firmbridge is already running here${who} with its data in ${folder}. Use that one, stop it first, or start this one with --data-dir ANOTHER_FOLDER.`,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
