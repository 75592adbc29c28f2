import type { DataOf, mappingMessages } from '@firmbridge/contracts';
import type { Work } from '../work.js';
import { finishWhatIsDone } from './finish.js';

/** Counts a page that mapping has applied; the last one completes its resource. Belongs into the inbox transaction of the event. */
export async function noteApplied(work: Work, applied: DataOf<typeof mappingMessages.recordsApplied>): Promise<void> {
  if (applied.runId === null) return;
  const rows = await work.tx.query<{ state: string; settled: boolean }>(
    `update run_resource set applied_commands = applied_commands + 1, applied = applied + $3, events = events + $4, rejected = rejected + $5
     where run_id = $1 and resource = $2
     returning state, applied_commands >= sent_commands as settled`,
    [
      applied.runId,
      applied.resource,
      applied.received,
      applied.created + applied.updated + applied.deleted,
      applied.rejected,
    ],
  );
  if (rows[0]?.state === 'applying' && rows[0].settled) await finishWhatIsDone(work, applied.runId);
}
