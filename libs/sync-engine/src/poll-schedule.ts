import { randomUUID } from 'node:crypto';
import { systemActor } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import { callsPerMinute } from '@firmbridge/rate-limit';
import type { ProviderAdapter } from './adapter.js';
import { policyOf, type BudgetWindowSetting } from './budget/budget-rules.js';
import { startRun } from './runs/start-run.js';
import { jitter, pollPlan, type PollPlan } from './schedule/poll-plan.js';

export interface PollScheduleOptions {
  readonly database: Database;
  readonly adapter: ProviderAdapter;
  /** The wanted time between two polls of a resource that is polled often. */
  readonly intervalSeconds: number;
  /** Resources that webhooks tell of at the moment; none by default. */
  readonly pushed?: (tx: Tx, connectionId: string) => Promise<readonly string[]>;
  readonly random: () => number;
}

interface DueRow {
  readonly tenant_id: string;
  readonly connection_id: string;
}

interface ConnectionRow {
  readonly budget: readonly BudgetWindowSetting[] | null;
  readonly catch_up_due: boolean;
  readonly is_first: boolean;
}

/**
 * Starts an incremental run of each connection with resources that are due, or of all its resources when it came back. What was
 * due during an outage is due after it. The run itself guards against doubles.
 */
export async function startDueRuns(options: PollScheduleOptions): Promise<number> {
  const due = await options.database.acrossTenants((tx) =>
    tx.query<DueRow>(
      `select c.tenant_id, c.connection_id from connection c
       where c.status = 'active' and (c.catch_up_due or c.next_poll_at is null or c.next_poll_at <= clock_timestamp())
         and exists (select 1 from run where run.tenant_id = c.tenant_id and run.connection_id = c.connection_id)
         and not exists (select 1 from run where run.tenant_id = c.tenant_id and run.connection_id = c.connection_id
           and run.finished_at is null and run.mode not in ('renormalize', 'sweep'))
       order by c.next_poll_at nulls first limit 100`,
    ),
  );
  let started = 0;
  for (const { tenant_id: tenantId, connection_id: connectionId } of due) {
    const isPolled = await options.database.inTenant(tenantId, (tx) =>
      pollConnection(tx, options, tenantId, connectionId),
    );
    if (isPolled) started += 1;
  }
  return started;
}

async function pollConnection(
  tx: Tx,
  options: PollScheduleOptions,
  tenantId: string,
  connectionId: string,
): Promise<boolean> {
  const { adapter, random } = options;
  const { plan, catchUpDue, isFirst } = await planOf(tx, options, connectionId);
  // Its first run has just read everything.
  const resources = isFirst && !catchUpDue ? [] : await dueResources(tx, adapter, connectionId, catchUpDue);
  if (resources.length > 0) {
    const request = { runId: randomUUID(), connectionId, mode: 'incremental' as const, resources };
    const cause = { tenantId, correlationId: request.runId, actor: systemActor(adapter.service) };
    if ((await startRun(tx, adapter, request, cause)) !== 'started') return false;
    await notePolled(tx, { tenantId, connectionId, resources, plan, options });
  }
  await tx.query(
    `update connection set catch_up_due = false, next_poll_at = clock_timestamp() + make_interval(secs => $2)
     where tenant_id = (select this_tenant()) and connection_id = $1`,
    [connectionId, plan.unitSeconds * (1 + jitter * random())],
  );
  return resources.length > 0;
}

export type PlanOptions = Pick<PollScheduleOptions, 'adapter' | 'intervalSeconds' | 'pushed'>;

interface ConnectionPlan {
  readonly plan: PollPlan;
  readonly pushed: ReadonlySet<string>;
  readonly catchUpDue: boolean;
  readonly isFirst: boolean;
}

export async function planOf(
  tx: Tx,
  { adapter, intervalSeconds, pushed: askPushed }: PlanOptions,
  connectionId: string,
): Promise<ConnectionPlan> {
  const [row] = await tx.query<ConnectionRow>(
    `select c.budget, c.catch_up_due, c.next_poll_at is null as is_first
     from connection c where c.tenant_id = (select this_tenant()) and c.connection_id = $1`,
    [connectionId],
  );
  const pushed = new Set(await askPushed?.(tx, connectionId));
  const allowed = callsPerMinute(policyOf(row?.budget ?? null, adapter.budget));
  const plan = pollPlan(adapter.resources, { wantedSeconds: intervalSeconds, callsPerMinute: allowed, pushed });
  return { plan, pushed, catchUpDue: row?.catch_up_due ?? false, isFirst: row?.is_first ?? true };
}

/** Those whose time has come, in the provider's order; none that is forbidden, and none whose first reading a person cancelled. */
async function dueResources(
  tx: Tx,
  { resources }: ProviderAdapter,
  connectionId: string,
  catchUpDue: boolean,
): Promise<string[]> {
  const rows = await tx.query<{ resource: string }>(
    `select wanted.resource from jsonb_array_elements_text($2::jsonb) with ordinality as wanted(resource, position)
     left join resource_poll p on p.tenant_id = (select this_tenant()) and p.connection_id = $1 and p.resource = wanted.resource
     where coalesce(not p.is_held, true) and ($3 or coalesce(p.next_due_at <= clock_timestamp(), true))
       and not exists (select 1 from forbidden_resource f where f.tenant_id = (select this_tenant()) and f.connection_id = $1
         and f.resource = wanted.resource)
     order by wanted.position`,
    [connectionId, JSON.stringify(resources.map(({ name }) => name)), catchUpDue],
  );
  return rows.map(({ resource }) => resource);
}

interface Polled {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly resources: readonly string[];
  readonly plan: PollPlan;
  readonly options: PollScheduleOptions;
}

/** The next turn counts from this one, whatever becomes of it. A large resource that is read whole waits longer. */
async function notePolled(tx: Tx, { tenantId, connectionId, resources, plan, options }: Polled): Promise<void> {
  const rows = resources.map((resource) => {
    const every = plan.everySeconds.get(resource) ?? plan.unitSeconds;
    const isWhole = options.adapter.resources.some(({ name, incremental }) => name === resource && !incremental);
    // What is polled at every turn is due at every turn: the turns themselves have their jitter.
    const later = every > plan.unitSeconds ? 1 + jitter * options.random() : 1;
    return { resource, is_whole: isWhole, seconds: every * later };
  });
  await tx.query(
    `insert into resource_poll (tenant_id, connection_id, resource, pages, is_held, next_due_at)
     select $1, $2, x.resource, coalesce(p.pages, 1), false,
       clock_timestamp() + make_interval(secs => x.seconds * case when x.is_whole then greatest(1, coalesce(p.pages, 1)) else 1 end)
     from jsonb_to_recordset($3::jsonb) as x(resource text, is_whole boolean, seconds float8)
     left join resource_poll p on p.tenant_id = $1 and p.connection_id = $2 and p.resource = x.resource
     on conflict (tenant_id, connection_id, resource) do update set next_due_at = excluded.next_due_at`,
    [tenantId, connectionId, JSON.stringify(rows)],
  );
}
