import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { BenchSandbox } from '../bench-sandbox.js';
import type { LimitsPlace, ReplicaResult, ReplicaTask } from './limits-place.js';

export const replicas = 4;
export const credentials = 10;
const callsPerWindow = 60;

export interface UseFigures {
  readonly calls: number;
  /** Answers 429. */
  readonly refused: number;
  readonly failed: number;
  /** Of the calls that a window sliding without mercy permits. */
  readonly share: number;
  readonly windowSeconds: number;
}

export interface UseOptions {
  readonly windowSeconds: number;
  /** Whole windows that count; one before them fills up. */
  readonly windows: number;
  readonly isAlone: boolean;
}

export async function measureUse(
  place: LimitsPlace,
  sandbox: BenchSandbox,
  { windowSeconds, windows, isAlone }: UseOptions,
): Promise<UseFigures> {
  const tokens: string[] = [];
  for (let credential = 0; credential < credentials; credential++) tokens.push(await sandbox.accessToken());
  const startAt = Date.now() + 5_000;
  const from = startAt + windowSeconds * 1000;
  const task: ReplicaTask = {
    ...place,
    origin: `${sandbox.url}/clio/us`,
    tokens,
    tenantId: randomUUID(),
    policy: {
      windows: [
        { limit: callsPerWindow, seconds: windowSeconds },
        { limit: 100_000, seconds: 3_600 },
      ],
    },
    windowSeconds,
    startAt,
    seconds: windowSeconds * (windows + 1),
    isAlone,
  };
  const results = await Promise.all(Array.from({ length: replicas }, () => runReplica(task)));
  const counted = results.flatMap(({ answeredAt }) => answeredAt).filter((at) => at >= from);
  return {
    calls: counted.length,
    refused: results.reduce((sum, { refused }) => sum + refused, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    share: counted.length / (credentials * callsPerWindow * windows),
    windowSeconds,
  };
}

function runReplica(task: ReplicaTask): Promise<ReplicaResult> {
  const entry = path.join(import.meta.dirname, 'replica-main.js');
  const child = fork(entry, [JSON.stringify(task)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as ReplicaResult));
    child.once('exit', (code) => reject(new Error(`A replica ended with ${code} before it had told its figures.`)));
  });
}
