import { tenantSetting } from '@firmbridge/database';
import { slotsKept, slotsPerWindow } from './window-log.js';
import { paceFactor } from './window-rules.js';

/**
 * The functions that keep budgets in PostgreSQL; `MemoryBudgetStore` says the same in TypeScript. Instants are milliseconds
 * since the epoch, by the database's clock, read after the lock of the budget is held: whoever waited for the lock must not
 * count with the time before. Each of them is a whole transaction, so it sets its tenant itself.
 */
const nowMs = `extract(epoch from clock_timestamp())::double precision * 1000`;

const slotOf = (ms: string, seconds: string) => `floor((${ms}) * ${slotsPerWindow} / 1000 / ${seconds})::bigint`;

const oldestSlot = (ms: string, seconds: string) => `${slotOf(ms, seconds)} - ${slotsPerWindow}`;

// What a crash of the server loses of the last moments, its start makes up for: see `reserve`.
const begin = `perform set_config('${tenantSetting}', tenant::text, true), set_config('synchronous_commit', 'off', true);`;

/** The windows of a policy, and those that the provider has told of, with what is logged in them at an instant. */
export const level = `create function rate_window_level(tenant uuid, key text, the_seconds int[], the_limits int[], at_ms double precision)
returns table (seconds int, effective_limit int, usable int, logged int)
language sql stable as $$
  select w.seconds, w.effective_limit, greatest(w.effective_limit - 1, 1),
         coalesce((select sum(l.count) from unnest(w.slots, w.calls) as l(slot, count)
                    where l.slot >= ${oldestSlot('at_ms', 'w.seconds')}), 0)::int
    from (
      select coalesce(p.seconds, r.window_seconds) as seconds, least(p."limit", r.observed_limit) as effective_limit, r.slots, r.calls
        from unnest(the_seconds, the_limits) as p(seconds, "limit")
        full join (select * from rate_window b where b.tenant_id = tenant and b.budget_key = key) r on r.window_seconds = p.seconds
       where p.seconds is not null or r.observed_limit is not null
    ) w
$$`;

export const lock = `create function rate_budget_lock(tenant uuid, key text) returns rate_budget
language plpgsql as $$
declare
  budget rate_budget;
begin
  loop
    select * into budget from rate_budget where tenant_id = tenant and budget_key = key for update;
    exit when found;
    insert into rate_budget (tenant_id, budget_key) values (tenant, key) on conflict do nothing;
  end loop;
  return budget;
end $$`;

/** Logs calls in a window, each count at its instant, and forgets what is too old. */
export const record = `create function rate_window_record(tenant uuid, key text, the_seconds int, told_limit int, at_ms double precision[], counts int[])
returns void language sql volatile as $$
  insert into rate_window as known (tenant_id, budget_key, window_seconds, observed_limit, slots, calls)
  select tenant, key, the_seconds, told_limit, array_agg(${slotOf('a.ms', 'the_seconds')}), array_agg(a.count)
    from unnest(at_ms, counts) as a(ms, count)
  on conflict (tenant_id, budget_key, window_seconds) do update set
    observed_limit = coalesce(excluded.observed_limit, known.observed_limit),
    (slots, calls) = (
      select coalesce(array_agg(s.slot order by s.slot), '{}'), coalesce(array_agg(s.count order by s.slot), '{}')
        from (select u.slot, sum(u.count)::int as count
                from (select * from unnest(known.slots, known.calls) as k(slot, count)
                       where k.slot >= excluded.slots[1] - ${slotsKept}
                      union all select * from unnest(excluded.slots, excluded.calls)) as u(slot, count)
               group by u.slot having sum(u.count) > 0) s)
$$`;

/**
 * Grants up to \`wanted\` calls in every window, or none and the wait. A call counts as under way until its answer; one of
 * which nothing was heard for \`longest_call_ms\` counts as answered then. Without an answer since the provider was first
 * called, since a refusal, or since the server was started (its last moments may be lost), calls go one at a time.
 */
export const reserve = `create function rate_budget_reserve(tenant uuid, key text, the_seconds int[], the_limits int[],
  burst_share double precision, lane_reserve double precision, is_paced boolean, wanted int,
  longest_call_ms double precision, caution_retry_ms double precision,
  out granted int, out granted_at_ms double precision, out wait_ms double precision)
language plpgsql as $$
declare
  budget rate_budget;
  at_ms double precision;
  lost int := 0;
begin
  ${begin}
  budget := rate_budget_lock(tenant, key);
  at_ms := ${nowMs};
  granted_at_ms := at_ms;
  granted := 0;
  wait_ms := greatest(0, extract(epoch from budget.paused_until)::double precision * 1000 - at_ms);
  if wait_ms > 0 then
    return;
  end if;
  if budget.in_flight[1] <= at_ms - longest_call_ms then
    lost := (select count(*) from unnest(budget.in_flight) as f(ms) where f.ms <= at_ms - longest_call_ms);
    budget.in_flight := budget.in_flight[lost + 1:];
    perform rate_window_record(tenant, key, l.seconds, null, array[at_ms], array[lost])
       from rate_window_level(tenant, key, the_seconds, the_limits, at_ms) l;
    update rate_budget set in_flight = budget.in_flight where tenant_id = tenant and budget_key = key;
  end if;
  if budget.observed_at is null or budget.observed_at < pg_postmaster_start_time() then
    if cardinality(budget.in_flight) > 0 then
      wait_ms := caution_retry_ms;
      return;
    end if;
    wanted := 1;
  end if;
  select greatest(0, min(case
             when not is_paced then r.free
             when r.used < r.burst then least(r.free, r.burst - r.used)
             when r.pace_ms <= 0 then least(r.free, 1)
             else 0 end)),
         max(case when is_paced and r.used >= r.burst then r.pace_ms end)
    into granted, wait_ms
    from (
      select u.free, u.used, u.burst, budget.granted_ms + ${paceFactor} * u.seconds * 1000 / u.usable - at_ms as pace_ms
        from (
          select l.seconds, l.usable, l.logged + cardinality(budget.in_flight) as used,
                 l.usable - least(round(lane_reserve * l.usable)::int, l.usable - 1) - l.logged - cardinality(budget.in_flight) as free,
                 greatest(1, floor(burst_share * l.usable))::int as burst
            from rate_window_level(tenant, key, the_seconds, the_limits, at_ms) l
        ) u
    ) r;
  granted := least(coalesce(granted, wanted), wanted);
  if granted > 0 then
    wait_ms := 0;
    update rate_budget set granted_ms = at_ms, in_flight = budget.in_flight || array_fill(at_ms, array[granted])
     where tenant_id = tenant and budget_key = key;
    return;
  end if;
  wait_ms := greatest(1, wait_ms, (
    select max(coalesce(w.left_at_ms - at_ms, f.seconds * 1000))
      from (
        select l.seconds, 1 + least(round(lane_reserve * l.usable)::int, l.usable - 1) + l.logged + cardinality(budget.in_flight) - l.usable as missing
          from rate_window_level(tenant, key, the_seconds, the_limits, at_ms) l
      ) f
      left join lateral (
        select min((c.slot + 1) * 1000.0 * f.seconds / ${slotsPerWindow} + f.seconds * 1000) as left_at_ms
          from (
            select l.slot, sum(l.count) over (order by l.slot) as left_by_then
              from rate_window b, unnest(b.slots, b.calls) as l(slot, count)
             where b.tenant_id = tenant and b.budget_key = key and b.window_seconds = f.seconds
               and l.slot >= ${oldestSlot('at_ms', 'f.seconds')}
          ) c where c.left_by_then >= f.missing
      ) w on true
     where f.missing > 0));
end $$`;

/** Notes what came of a call, in the log of each window and in what is known of the budget. */
export const answer = `create function rate_budget_answer(tenant uuid, key text, the_seconds int[], the_limits int[],
  call_granted_ms double precision, seen jsonb) returns void
language plpgsql as $$
declare
  budget rate_budget;
  at_ms double precision;
  place int;
  pause_seconds double precision := (seen ->> 'pauseMs')::double precision / 1000;
begin
  ${begin}
  budget := rate_budget_lock(tenant, key);
  at_ms := ${nowMs};
  place := array_position(budget.in_flight, call_granted_ms);
  if place is not null then
    budget.in_flight := budget.in_flight[:place - 1] || budget.in_flight[place + 1:];
  end if;
  update rate_budget
     set in_flight = budget.in_flight,
         observed_at = case when pause_seconds is not null then null
                            when (seen ->> 'isAnswered')::boolean then clock_timestamp()
                            else observed_at end,
         paused_until = greatest(paused_until, clock_timestamp() + make_interval(secs => pause_seconds))
   where tenant_id = tenant and budget_key = key;
  perform rate_window_record(tenant, key, w.seconds, w.told_limit,
            array[at_ms, case when w.reset_ms > 0 then at_ms - w.seconds * 1000 + least(w.reset_ms, w.seconds * 1000) else at_ms end],
            array[w.own, case when w.counted > w.logged + w.own + cardinality(budget.in_flight) then w.counted - w.logged - w.own else 0 end])
     from (
       select coalesce(l.seconds, s.seconds) as seconds, s."limit" as told_limit, s."resetInMs" as reset_ms,
              (call_granted_ms is not null)::int as own, coalesce(l.logged, 0) as logged,
              (coalesce(s."limit", l.effective_limit) - s.remaining)::int as counted
         from rate_window_level(tenant, key, the_seconds, the_limits, coalesce(call_granted_ms, at_ms)) l
         full join jsonb_to_recordset(seen -> 'windows')
           as s(seconds int, "limit" int, remaining double precision, "resetInMs" double precision) on s.seconds = l.seconds
     ) w;
end $$`;
