import type { Run } from '@firmbridge/contracts';
import { eventually } from '@firmbridge/testing';
import type { TestPlatform } from './test-platform.js';

/** The newest run, or the named one, when it has ended. */
export function finishedRun({ demo }: TestPlatform, runId: string | null = null): Promise<Run> {
  return eventually(
    async () => {
      const run = await demo.newestRun(runId);
      return run?.finishedAt ? run : null;
    },
    { timeoutMs: 60_000 },
  );
}
