import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const script = path.join(workspace, 'libs/local-broker/test/broker-process.mjs');
const library = pathToFileURL(path.join(workspace, 'libs/local-broker/dist/index.js')).href;

export type Mode = 'publish' | 'both' | 'hold';

/** The process runs what is built; an up-to-date build costs a moment only. */
export function buildBroker(): void {
  const { status } = spawnSync(process.execPath, ['tools/tsc.mjs', '-b', 'libs/local-broker'], { cwd: workspace });
  if (status !== 0) throw new Error('libs/local-broker does not compile.');
}

/** Runs a broker in its own process, kills that with SIGKILL after so many lines, and gives all it wrote: word to numbers. */
export async function killAfter(databaseUrl: string, mode: Mode, lines: number): Promise<Map<string, number[]>> {
  const child = spawn(process.execPath, [script, library, databaseUrl, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = new Map<string, number[]>();
  let count = 0;
  for await (const line of linesOf(child)) {
    const [word = '', number = ''] = line.split(' ');
    const numbers = said.get(word) ?? [];
    numbers.push(Number(number));
    said.set(word, numbers);
    if (++count === lines) child.kill('SIGKILL');
  }
  if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
  if (count < lines) throw new Error(`The broker's process ended by itself after ${count} lines.`);
  return said;
}

function linesOf(child: ChildProcess) {
  if (!child.stdout) throw new Error('The process has no output.');
  return createInterface({ input: child.stdout });
}
