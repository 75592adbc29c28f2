import type { Run } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import type { TestPlatform } from './test-platform.js';

/** The newest run, or the named one, when it has ended. */
export function finishedRun({ demo }: TestPlatform, runId: string | null = null): Promise<Run> {
  return eventually(
    async () => {
      const run = await demo.newestRun();
      if (!run || (runId !== null && run.runId !== runId) || run.finishedAt === null) return null;
      return run;
    },
    { timeoutMs: 60_000 },
  );
}
