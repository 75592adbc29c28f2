import { AppError } from '@firmbridge/contracts';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';

/** Who runs the server. PostgreSQL refuses root, so root hands it to a user without rights. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
  /** True when it is another user than ours: spawn must switch, folders must be handed over. */
  readonly isSwitched: boolean;
}

/** Ourselves, or as root the owner of the data that is already there, else `postgres` or `nobody`. Null where users have no numbers. */
export function serverAccount(cluster: string): ServerAccount | null {
  if (!process.getuid || !process.getgid) return null;
  if (process.getuid() !== 0) return { uid: process.getuid(), gid: process.getgid(), isSwitched: false };
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, isSwitched: true };
  const account = lookUp('postgres') ?? lookUp('nobody');
  if (account) return account;
  throw new AppError(
    'internal',
    'embedded_postgres.no_account',
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody": start as a plain user.',
  );
}

/** What spawn needs to become that user. */
export function spawnAs(account: ServerAccount | null): { uid?: number; gid?: number; cwd: string } {
  // The current folder may be closed to that user, and a server that sits in it would keep it from being unmounted.
  const cwd = path.parse(process.execPath).root;
  return account?.isSwitched ? { uid: account.uid, gid: account.gid, cwd } : { cwd };
}

/** Whether the user can walk down to an existing folder. */
export function canReach(folder: string, account: ServerAccount | null): boolean {
  if (!account?.isSwitched) return true;
  for (let current = folder; ; current = path.dirname(current)) {
    if (!mayEnter(current, account)) return false;
    if (current === path.dirname(current)) return true;
  }
}

function mayEnter(folder: string, { uid, gid }: ServerAccount): boolean {
  const { mode, ...owner } = statSync(folder);
  if (owner.uid === uid) return (mode & 0o100) !== 0;
  if (owner.gid === gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

function lookUp(user: string): ServerAccount | null {
  const [uid, gid] = [idOf('-u', user), idOf('-g', user)];
  return uid === null || gid === null || uid === 0 ? null : { uid, gid, isSwitched: true };
}

function idOf(kind: '-u' | '-g', user: string): number | null {
  try {
    return Number(execFileSync('id', [kind, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return null;
  }
}
