import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');

/** The program of an app, for tests that need it as a process of its own. */
export function entryOf(app: string, file = 'main.js'): string {
  return path.join(root, 'apps', app, 'dist', file);
}

/** Brings the programs of standalone and all services up to date. */
export function buildStandalone(): void {
  const tsc = path.join(root, 'tools/tsc.mjs');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-b', 'apps/standalone'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`apps/standalone does not compile:\n${stdout}`);
}
