import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type ProcessIdentity, processIdentity } from './process-identity.js';
import type { ServerHome } from './server-home.js';

const schema = z.object({
  password: z.string(),
  /** The port of the last start, tried first at the next. */
  port: z.number().int().nullable(),
  /** The process that started the server and will stop it. */
  owner: processIdentity.nullable(),
});

export type ServerRecord = z.infer<typeof schema>;

/** What is remembered about a server between two starts; a new one begins with a fresh password. */
export function readRecord(home: ServerHome): ServerRecord {
  const file = recordFile(home);
  if (existsSync(file)) return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const record: ServerRecord = { password: randomBytes(18).toString('hex'), port: null, owner: null };
  writeRecord(home, record);
  return record;
}

export function writeRecord(home: ServerHome, record: ServerRecord): void {
  const file = recordFile(home);
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function withOwner(record: ServerRecord, owner: ProcessIdentity | null): ServerRecord {
  return { ...record, owner };
}

function recordFile({ folder }: ServerHome): string {
  return path.join(folder, 'server.json');
}
