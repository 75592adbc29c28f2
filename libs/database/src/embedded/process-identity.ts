import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { errorCode } from '../error-code.js';

export const processIdentity = z.object({
  pid: z.number().int(),
  /** When it started, in the kernel's ticks; null where that cannot be told. Process ids are used again, most of all in containers. */
  startedAt: z.string().nullable(),
});

export type ProcessIdentity = z.infer<typeof processIdentity>;

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startedAt: kernelFacts(pid)?.startedAt ?? null };
}

/** Whether that very process, not a later one with its number, still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return runs(identity.pid) && identityOf(identity.pid).startedAt === identity.startedAt;
}

/**
 * Whether the process does anything. One that has ended but was never waited for keeps its number, in a container whose
 * first process waits for nobody even for ever.
 */
export function runs(pid: number): boolean {
  return isNumberTaken(pid) && kernelFacts(pid)?.state !== 'Z';
}

/** Whether any process, even an ended one, has the number. */
export function isNumberTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, but it is another user's.
    return errorCode(error) === 'EPERM';
  }
}

function kernelFacts(pid: number): { state: string; startedAt: string } | null {
  if (process.platform !== 'linux') return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may contain anything; state is the 3rd field, start the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
  } catch {
    return null;
  }
}
