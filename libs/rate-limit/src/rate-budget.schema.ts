import type { EntityDefinition, SchemaMigration } from '@firmbridge/database';
import { tenantTable } from '@firmbridge/database';
import { defineEntity, p } from '@mikro-orm/postgresql';

const RateBudgetSchema = defineEntity({
  name: 'RateBudget',
  tableName: 'rate_budget',
  checks: [
    { name: 'rate_budget_window_seconds', expression: 'window_seconds >= 0' },
    { name: 'rate_budget_observed_limit', expression: 'observed_limit >= 1' },
  ],
  properties: {
    tenantId: p.uuid().primary(),
    budgetKey: p.text().primary(),
    windowSeconds: p.integer().primary(),
    spent: p.double().default(0),
    spentAt: p.datetime().defaultRaw('clock_timestamp()'),
    observedLimit: p.integer().nullable(),
    pausedUntil: p.datetime().nullable(),
    observedAt: p.datetime().nullable(),
    firstCallUntil: p.datetime().nullable(),
  },
});

/** Mapped only so that drift checks know the table; it is read and written by its functions alone. */
export const rateLimitEntities: readonly EntityDefinition[] = [RateBudgetSchema];

// The row with window 0 is the key itself: its lock makes a reservation over several windows all or nothing.
const table = `create table rate_budget (
  tenant_id uuid not null,
  budget_key text not null,
  window_seconds int not null constraint rate_budget_window_seconds check (window_seconds >= 0),
  spent double precision not null default 0,
  spent_at timestamptz not null default clock_timestamp(),
  observed_limit int null constraint rate_budget_observed_limit check (observed_limit >= 1),
  paused_until timestamptz null,
  observed_at timestamptz null,
  first_call_until timestamptz null,
  primary key (tenant_id, budget_key, window_seconds)
) with (fillfactor = 50)`;

const shape = `create function rate_budget_shape(the_limit int, seconds int, burst_share double precision,
  out burst double precision, out per_second double precision)
language sql immutable as $$
  select b.burst, greatest(u.usable - b.burst, 1) / (case when the_limit = 1 then seconds * 1.05 else seconds end)
    from (select greatest(the_limit - 1, 1)::double precision as usable) u,
         lateral (select least(greatest(floor(burst_share * u.usable), 1), greatest(u.usable - 1, 1)) as burst) b
$$`;

const level = `create function rate_budget_level(tenant uuid, key text, policy jsonb, burst_share double precision, at timestamptz)
returns table (seconds int, effective_limit int, burst double precision, per_second double precision, spent double precision)
language sql volatile as $$
  select w.seconds, w.effective_limit, s.burst, s.per_second,
         greatest(0, w.spent - s.per_second * greatest(0, extract(epoch from at - w.spent_at)))
    from (
      select coalesce(p.seconds, r.window_seconds) as seconds, least(p."limit", r.observed_limit) as effective_limit,
             coalesce(r.spent, 0) as spent, coalesce(r.spent_at, at) as spent_at
        from jsonb_to_recordset(policy) as p(seconds int, "limit" int)
        full join (
          select * from rate_budget b where b.tenant_id = tenant and b.budget_key = key and b.window_seconds > 0
        ) r on r.window_seconds = p.seconds
       where p.seconds is not null or r.observed_limit is not null
    ) w, lateral rate_budget_shape(w.effective_limit, w.seconds, burst_share) s
$$`;

const lock = `create function rate_budget_lock(tenant uuid, key text) returns rate_budget
language plpgsql as $$
declare
  found_row rate_budget;
begin
  loop
    select * into found_row from rate_budget
     where tenant_id = tenant and budget_key = key and window_seconds = 0 for update;
    exit when found;
    insert into rate_budget (tenant_id, budget_key, window_seconds) values (tenant, key, 0) on conflict do nothing;
  end loop;
  return found_row;
end $$`;

// The clock is read after the lock is held: whoever waited for the lock must not count with the time before.
const reserve = `create function rate_budget_reserve(tenant uuid, key text, policy jsonb, burst_share double precision,
  lane_reserve double precision, caution jsonb, out granted_at_ms double precision, out wait_ms double precision)
language plpgsql as $$
declare
  key_row rate_budget;
  at timestamptz;
begin
  key_row := rate_budget_lock(tenant, key);
  at := clock_timestamp();
  granted_at_ms := extract(epoch from at) * 1000;
  wait_ms := 0;
  if key_row.paused_until > at then
    wait_ms := extract(epoch from key_row.paused_until - at) * 1000;
    return;
  end if;
  if key_row.observed_at is null and key_row.first_call_until > at then
    wait_ms := least(extract(epoch from key_row.first_call_until - at) * 1000, (caution ->> 'retryMs')::double precision);
    return;
  end if;
  select coalesce(max(case when missing > 1e-6 then missing / per_second * 1000 else 0 end), 0) into wait_ms
    from (
      select l.per_second,
             l.spent + 1 - (l.burst - least(floor(lane_reserve * l.burst), l.burst - 1)) as missing
        from rate_budget_level(tenant, key, policy, burst_share, at) l
    ) waits;
  if wait_ms > 0 then
    return;
  end if;
  insert into rate_budget (tenant_id, budget_key, window_seconds, spent, spent_at)
    select tenant, key, l.seconds, l.spent + 1, at
      from rate_budget_level(tenant, key, policy, burst_share, at) l
    on conflict (tenant_id, budget_key, window_seconds)
    do update set spent = excluded.spent, spent_at = excluded.spent_at;
  if key_row.observed_at is null then
    update rate_budget set first_call_until = at + make_interval(secs => (caution ->> 'holdMs')::double precision / 1000)
     where tenant_id = tenant and budget_key = key and window_seconds = 0;
  end if;
end $$`;

const observe = `create function rate_budget_observe(tenant uuid, key text, policy jsonb, burst_share double precision,
  seen jsonb) returns void
language plpgsql as $$
declare
  pause_seconds double precision := (seen ->> 'pauseMs')::double precision / 1000;
  at timestamptz;
begin
  perform rate_budget_lock(tenant, key);
  at := clock_timestamp();
  update rate_budget
     set observed_at = case when (seen ->> 'isAnswered')::boolean then at else observed_at end,
         first_call_until = null,
         paused_until = greatest(paused_until, at + make_interval(secs => pause_seconds))
   where tenant_id = tenant and budget_key = key and window_seconds = 0;
  insert into rate_budget (tenant_id, budget_key, window_seconds, spent_at, observed_limit)
    select tenant, key, o.seconds, at, o."limit"
      from jsonb_to_recordset(seen -> 'windows') as o(seconds int, "limit" int)
     where o."limit" is not null
    on conflict (tenant_id, budget_key, window_seconds) do update set observed_limit = excluded.observed_limit;
  insert into rate_budget (tenant_id, budget_key, window_seconds, spent, spent_at)
    select tenant, key, l.seconds,
           greatest(l.spent,
                    l.burst - (o.remaining - l.per_second * least(greatest(o."resetInMs" / 1000, 0), l.seconds)),
                    case when o.place = 1 then l.burst - 1 + pause_seconds * l.per_second end),
           at
      from rate_budget_level(tenant, key, policy, burst_share, at) l
      join rows from (jsonb_to_recordset(seen -> 'windows')
             as (seconds int, remaining double precision, "resetInMs" double precision))
           with ordinality as o(seconds, remaining, "resetInMs", place) on o.seconds = l.seconds
    on conflict (tenant_id, budget_key, window_seconds)
    do update set spent = excluded.spent, spent_at = excluded.spent_at;
end $$`;

export const rateLimitMigrations: readonly SchemaMigration[] = [
  {
    name: 'rate-limit-001-rate-budget',
    up: (names) => [table, ...tenantTable(names, 'rate_budget'), shape, level, lock, reserve, observe],
  },
];
