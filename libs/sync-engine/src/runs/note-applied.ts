import { AppError, type DataOf, type mappingMessages } from '@firmbridge/contracts';
import type { Work } from '../work.js';
import { finishWhatIsDone } from './finish.js';

/**
 * Counts a page that mapping has applied; the last one completes its resource. Belongs into the inbox transaction of the event.
 * A run is known before its first page is sent, so one that is not known never will be: throws.
 */
export async function noteApplied(work: Work, applied: DataOf<typeof mappingMessages.recordsApplied>): Promise<void> {
  if (applied.runId === null) return;
  const rows = await work.tx.query<{ state: string; settled: boolean }>(
    `update run_resource set applied_commands = applied_commands + 1, applied = applied + $3, events = events + $4, rejected = rejected + $5
     where tenant_id = (select this_tenant()) and run_id = $1 and resource = $2
     returning state, applied_commands >= sent_commands as settled`,
    [
      applied.runId,
      applied.resource,
      applied.received,
      applied.created + applied.updated + applied.deleted,
      applied.rejected,
    ],
  );
  if (rows.length === 0) throw runUnknown(work.service, applied);
  if (rows[0]?.state === 'applying' && rows[0].settled) await finishWhatIsDone(work, applied.runId);
}

function runUnknown(service: string, { runId, resource }: DataOf<typeof mappingMessages.recordsApplied>): AppError {
  const message = `The tenant of this message has no run ${runId} with the resource ${resource} that ${service} knows of.`;
  return new AppError('not_found', `${service}.run_unknown`, message, { details: { runId, resource } });
}
