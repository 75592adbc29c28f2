import type { EntityDefinition, SchemaMigration } from '@firmbridge/database';
import { tenantTable } from '@firmbridge/database';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { answer, level, lock, record, reserve } from './rate-budget.functions.js';

const RateBudgetSchema = defineEntity({
  name: 'RateBudget',
  tableName: 'rate_budget',
  properties: {
    tenantId: p.uuid().primary(),
    budgetKey: p.text().primary(),
    observedAt: p.datetime().nullable(),
    pausedUntil: p.datetime().nullable(),
    grantedMs: p.double().default(0),
    inFlight: p.array().columnType('double precision[]').defaultRaw(`'{}'`),
  },
});

const RateWindowSchema = defineEntity({
  name: 'RateWindow',
  tableName: 'rate_window',
  checks: [
    { name: 'rate_window_seconds', expression: 'window_seconds >= 1' },
    { name: 'rate_window_observed_limit', expression: 'observed_limit >= 1' },
  ],
  properties: {
    tenantId: p.uuid().primary(),
    budgetKey: p.text().primary(),
    windowSeconds: p.integer().primary(),
    observedLimit: p.integer().nullable(),
    slots: p.array().columnType('bigint[]').defaultRaw(`'{}'`),
    calls: p.array().columnType('int[]').defaultRaw(`'{}'`),
  },
});

/** Mapped only so that drift checks know the tables; they are read and written by their functions alone. */
export const rateLimitEntities: readonly EntityDefinition[] = [RateBudgetSchema, RateWindowSchema];

// Both are updated with every call and have no column in an index that changes: half-empty pages keep that in place.
const budgetTable = `create table rate_budget (
  tenant_id uuid not null,
  budget_key text not null,
  observed_at timestamptz null,
  paused_until timestamptz null,
  granted_ms double precision not null default 0,
  in_flight double precision[] not null default '{}',
  primary key (tenant_id, budget_key)
) with (fillfactor = 50)`;

const windowTable = `create table rate_window (
  tenant_id uuid not null,
  budget_key text not null,
  window_seconds int not null constraint rate_window_seconds check (window_seconds >= 1),
  observed_limit int null constraint rate_window_observed_limit check (observed_limit >= 1),
  slots bigint[] not null default '{}',
  calls int[] not null default '{}',
  primary key (tenant_id, budget_key, window_seconds)
) with (fillfactor = 50)`;

export const rateLimitMigrations: readonly SchemaMigration[] = [
  {
    // Budgets are memory of the last hour or day: those of an earlier kind are not carried over.
    name: 'rate-limit-002-sliding-windows',
    up: (names) => [
      ...earlierFunctions.map((name) => `drop function if exists ${name}`),
      'drop table if exists rate_budget',
      budgetTable,
      ...tenantTable(names, 'rate_budget'),
      windowTable,
      ...tenantTable(names, 'rate_window'),
      level,
      lock,
      record,
      reserve,
      answer,
    ],
  },
];

const earlierFunctions = [
  'rate_budget_reserve',
  'rate_budget_observe',
  'rate_budget_lock',
  'rate_budget_level',
  'rate_budget_shape',
];
