import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type Run } from '@firmbridge/contracts';
import type { Demo } from './demo.js';
import type { RunView } from './run-view.js';

const lookEveryMs = 250;
/** A run that shows no sign of life for so long is reported instead of waited for. */
const patienceMs = 5 * 60_000;

const unseen: RunView = { show: () => undefined, end: () => undefined };

/**
 * Follows the sync of a connection to its end: the unfinished run if there is one (the initial one, or one that a crash left
 * behind), else a new incremental one.
 */
export async function followRun(demo: Demo, connectionId: string, view: RunView = unseen): Promise<Run> {
  let wanted = await runToFollow(demo, connectionId);
  let signOfLife = '';
  let quietSince = Date.now();
  for (;;) {
    // Once it is known, by its id: polls begin runs of their own meanwhile.
    const run = await demo.newestRun(wanted);
    if (run) {
      wanted = run.runId;
      view.show(run);
      if (run.finishedAt !== null) {
        view.end();
        return run;
      }
      const now = JSON.stringify(run);
      if (now !== signOfLife) quietSince = Date.now();
      signOfLife = now;
    }
    if (Date.now() - quietSince > patienceMs) {
      throw new AppError(
        'unavailable',
        'run.stuck',
        'The sync shows no progress; look at firmbridge.log in the data folder.',
      );
    }
    await wait(lookEveryMs);
  }
}

/** null: the initial run, which begins by itself, has not shown yet. */
async function runToFollow(demo: Demo, connectionId: string): Promise<string | null> {
  const newest = await demo.newestRun();
  if (newest === null) return null;
  return newest.finishedAt === null ? newest.runId : demo.startRun(connectionId);
}
