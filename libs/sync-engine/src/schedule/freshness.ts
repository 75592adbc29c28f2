import type { Freshness } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { planOf, type PlanOptions } from '../poll-schedule.js';
import { pollIntervalSeconds, worstAgeSeconds } from './poll-plan.js';

interface Row {
  readonly resource: string;
  readonly complete_until: string | null;
  readonly next_due_at: string | null;
  readonly is_held: boolean;
  readonly pages: number;
  readonly forbidden: string | null;
}

const heldReason = 'A person cancelled its first sync. Start a sync to read it.';

/** How fresh what is known of each resource of a connection is, and when it is read next. */
export async function findFreshness(tx: Tx, options: PlanOptions, connectionId: string): Promise<Freshness[]> {
  const { resources } = options.adapter;
  const { plan, pushed } = await planOf(tx, options, connectionId);
  const rows = await tx.query<Row>(
    `select wanted.resource, w.complete_until, p.next_due_at, coalesce(p.is_held, false) as is_held, coalesce(p.pages, 1) as pages,
       f.reason as forbidden
     from jsonb_array_elements_text($2::jsonb) with ordinality as wanted(resource, position)
     left join watermark w on w.tenant_id = (select this_tenant()) and w.connection_id = $1 and w.resource = wanted.resource
     left join resource_poll p on p.tenant_id = (select this_tenant()) and p.connection_id = $1 and p.resource = wanted.resource
     left join forbidden_resource f
       on f.tenant_id = (select this_tenant()) and f.connection_id = $1 and f.resource = wanted.resource
     order by wanted.position`,
    [connectionId, JSON.stringify(resources.map(({ name }) => name))],
  );
  return rows.map((row, index) => {
    const incremental = resources[index]?.incremental ?? false;
    const every = plan.everySeconds.get(row.resource) ?? plan.unitSeconds;
    const everySeconds = pollIntervalSeconds(every, { incremental, pages: row.pages });
    const reason = row.forbidden ?? (row.is_held ? heldReason : null);
    return {
      resource: row.resource,
      source: pushed.has(row.resource) ? 'webhook' : 'poll',
      completeUntil: instantOf(row.complete_until),
      nextDueAt: reason === null ? instantOf(row.next_due_at) : null,
      pollEverySeconds: everySeconds,
      atWorstSeconds: reason === null ? worstAgeSeconds(everySeconds, plan.unitSeconds) : null,
      reason,
    };
  });
}

function instantOf(value: string | null): string | null {
  return value === null ? null : new Date(value).toISOString();
}
