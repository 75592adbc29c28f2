import { AppError, messageOf } from '@firmbridge/contracts';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { stopOrphan } from './orphan.js';
import { canReach } from './server-account.js';
import { homeIn, type ServerHome } from './server-home.js';
import { readRecord } from './server-record.js';

/** `from` tells a copied data folder from the one whose data was moved. */
const marker = z.object({ from: z.string(), movedTo: z.string() });
const markerName = 'moved-to.json';

/**
 * The data folder itself, or a folder elsewhere when the server's user cannot walk down to it (a private home folder
 * under root). The data folder then says where the data is; who removes it starts anew, as one would expect.
 */
export async function openHome(dataDir: string, fallbackDir?: string): Promise<ServerHome> {
  mkdirSync(dataDir, { recursive: true });
  const requested = realpathSync(dataDir);
  const movedTo = readMarker(requested);
  if (movedTo) return homeIn(makeOwn(movedTo));

  const inPlace = homeIn(requested);
  if (inPlace.account?.isSwitched) chmodSync(requested, statSync(requested).mode | 0o011);
  if (canReach(requested, inPlace.account)) return inPlace;
  if (existsSync(inPlace.cluster)) throw unreachable(requested);
  return moveAway(requested, fallbackDir ?? defaultFallback());
}

async function moveAway(requested: string, fallbackDir: string): Promise<ServerHome> {
  const name = createHash('sha256').update(requested).digest('hex').slice(0, 16);
  const folder = path.join(realpathSync(makeOwn(fallbackDir)), name);
  if (existsSync(folder)) await setAside(folder);
  writeFileSync(path.join(requested, markerName), `${JSON.stringify({ from: requested, movedTo: folder }, null, 2)}\n`);
  const home = homeIn(makeOwn(folder));
  if (canReach(folder, home.account)) return home;
  throw unreachable(folder);
}

/** Data whose data folder was removed: no longer ours to use, not ours to delete. */
async function setAside(folder: string): Promise<void> {
  const forgotten = homeIn(makeOwn(folder));
  await stopOrphan(forgotten, readRecord(forgotten));
  const aside = `${folder}.forgotten-${Date.now()}`;
  renameSync(folder, aside);
  process.emitWarning(`The data of a removed data folder is kept in ${aside}.`, 'EmbeddedPostgresWarning');
}

function readMarker(requested: string): string | null {
  const file = path.join(requested, markerName);
  if (!existsSync(file)) return null;
  const { from, movedTo } = marker.parse(JSON.parse(readFileSync(file, 'utf8')));
  return from === requested ? movedTo : null;
}

/** Survives a reboot where possible, which a temporary folder does not. */
function defaultFallback(): string {
  try {
    return makeOwn('/var/lib/firmbridge');
  } catch (error) {
    process.emitWarning(`The database goes to the temporary folder: ${messageOf(error)}`, 'EmbeddedPostgresWarning');
    return path.join(os.tmpdir(), 'firmbridge-postgres');
  }
}

/** Makes a folder with a well-known name, unless somebody else has put one (or a link) there to be obeyed. */
function makeOwn(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return folder;
  throw new AppError(
    'internal',
    'embedded_postgres.unsafe_folder',
    `${folder} must be a folder that belongs to us and that nobody else may write to.`,
  );
}

function unreachable(folder: string): AppError {
  return new AppError(
    'internal',
    'embedded_postgres.unreachable_folder',
    `The database in ${folder} cannot be reached by the user that runs it: give the folders above it the x right for others, or start as its owner.`,
  );
}
