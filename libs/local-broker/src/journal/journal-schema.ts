import { createHash } from 'node:crypto';
import pg from 'pg';

export const journalFormat = 1;

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Prepared once per session under this name. */
  readonly name?: string;
}

/**
 * The journal's tables. `message` has a row per message and queue: copying the body of a fan-out costs less than counting
 * references on every acknowledgement. Bodies are kept uncompressed, and dead rows are cleared early, as rows live for milliseconds.
 * The envelope is JSON kept as text: PostgreSQL must have no reason to refuse one message, which would hold up all others.
 */
export function schemaStatements(schema: string): string[] {
  const s = pg.escapeIdentifier(schema);
  return [
    `create schema if not exists ${s}`,
    `create table if not exists ${s}.broker (
       is_only boolean primary key default true check (is_only),
       format integer not null,
       owner uuid not null,
       opened_at timestamptz not null default now())`,
    `create table if not exists ${s}.exchange (
       name text primary key,
       type text not null check (type in ('direct', 'fanout', 'topic')),
       auto_delete boolean not null,
       internal boolean not null,
       arguments json not null)`,
    `create table if not exists ${s}.queue (
       id integer primary key,
       name text not null unique,
       auto_delete boolean not null,
       arguments json not null,
       delivered_to bigint not null default 0)`,
    `create table if not exists ${s}.binding (
       exchange text not null,
       queue_id integer not null,
       routing_key text not null,
       primary key (exchange, queue_id, routing_key))`,
    `create table if not exists ${s}.message (
       queue_id integer not null,
       position bigint not null,
       envelope text not null,
       content bytea not null,
       expires_at timestamptz,
       return_count integer not null default 0,
       published_at timestamptz not null default now(),
       primary key (queue_id, position))
     with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0)`,
    `alter table ${s}.message alter column content set storage external`,
  ];
}

/** The advisory lock that makes one process the owner of a schema. */
export function lockKey(schema: string): string {
  return createHash('sha256').update(`firmbridge local broker ${schema}`).digest().readBigInt64BE(0).toString();
}
