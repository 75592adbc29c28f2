import { closeSync, openSync } from 'node:fs';
import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { createRequire } from 'node:module';
import type pg from 'pg';
import { z } from 'zod';

/** An order to die; only one of all who were given it does. */
export interface DeathOrder<Moment extends string> {
  readonly moment: Moment;
  /** Whoever makes this file is the one. */
  readonly claim: string;
  /** How often the moment may pass before. */
  readonly after?: number | undefined;
}

/** By what a moment of the service's work is known from below. */
export interface WatchedWork<Moment extends string> {
  /** A request that is about to leave, and one of which all has left. null: it is not looked at. */
  request(request: ClientRequest): { readonly begun: Moment; readonly sent: Moment } | null;
  /** Parts of statements, and the moment before they go to the database. */
  readonly before: Readonly<Record<string, Moment>>;
  /** The same after the commit of their transaction. */
  readonly committed: Readonly<Record<string, Moment>>;
}

/** The ORM brings a driver of its own. */
const ormRequire = createRequire(createRequire(import.meta.url).resolve('@mikro-orm/postgresql'));
const driver = z.object({ Client: z.custom<typeof pg.Client>((value) => typeof value === 'function') });

const created = z.object({ request: z.instanceof(ClientRequest) });

/**
 * Sees from below how far a process is with its work: by the statements that go to PostgreSQL and the requests that go to a
 * provider. The service knows nothing of it. Dies where it is told to.
 */
export class ProcessWatch<Moment extends string> {
  private order: DeathOrder<Moment> | null = null;
  private passed = 0;
  private readonly committing = new WeakMap<pg.Client, Moment>();

  constructor(
    private readonly work: WatchedWork<Moment>,
    private readonly rewrite: (sql: string) => string,
  ) {}

  start(): void {
    this.watchStatements();
    subscribe('http.client.request.created', (message) => this.watchRequest(created.parse(message).request));
  }

  /** The same order again changes nothing. */
  obey(order: DeathOrder<Moment> | null): void {
    if (order === null || order.claim !== this.order?.claim) this.passed = 0;
    this.order = order;
  }

  isToDieAt(moment: Moment): boolean {
    return this.order?.moment === moment;
  }

  private watchRequest(request: ClientRequest): void {
    const moments = this.work.request(request);
    if (moments === null) return;
    this.reach(moments.begun);
    // All of it has left; whether it arrived we will never know.
    request.once('finish', () => this.reach(moments.sent));
  }

  private watchStatements(): void {
    const { Client } = driver.parse(ormRequire('pg'));
    // The driver's function has many forms; ours is the one with a text or an object, and a promise.
    const query = Client.prototype.query as (this: pg.Client, ...parameters: unknown[]) => unknown;
    const before = (client: pg.Client, sql: string) => this.before(client, sql);
    const after = (client: pg.Client, sql: string) => this.after(client, sql);
    const rewrite = this.rewrite;
    const watched = function (this: pg.Client, ...[first, ...rest]: unknown[]): unknown {
      const sql = textOf(first);
      if (sql === null) return query.call(this, first, ...rest);
      before(this, sql);
      const result = query.call(this, withText(first, rewrite(sql)), ...rest);
      return result instanceof Promise ? result.finally(() => after(this, sql)) : result;
    };
    Client.prototype.query = watched as typeof pg.Client.prototype.query;
  }

  private before(client: pg.Client, sql: string): void {
    const isCommitted = momentOf(this.work.committed, sql);
    if (isCommitted !== null) this.committing.set(client, isCommitted);
    const moment = momentOf(this.work.before, sql);
    if (moment !== null) this.reach(moment);
  }

  private after(client: pg.Client, sql: string): void {
    const end = sql.toLowerCase();
    if (end !== 'commit' && end !== 'rollback') return;
    const moment = this.committing.get(client);
    this.committing.delete(client);
    if (moment !== undefined && end === 'commit') this.reach(moment);
  }

  private reach(moment: Moment): void {
    const { order } = this;
    if (order?.moment !== moment) return;
    this.passed += 1;
    if (this.passed <= (order.after ?? 0) || !claimed(order.claim)) return;
    process.kill(process.pid, 'SIGKILL');
  }
}

function momentOf<Moment extends string>(moments: Readonly<Record<string, Moment>>, sql: string): Moment | null {
  for (const [part, moment] of Object.entries(moments)) if (sql.includes(part)) return moment;
  return null;
}

function claimed(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch {
    return false;
  }
}

const statement = z.object({ text: z.string() });

function textOf(first: unknown): string | null {
  if (typeof first === 'string') return first;
  const parsed = statement.safeParse(first);
  return parsed.success ? parsed.data.text : null;
}

function withText(first: unknown, text: string): unknown {
  return typeof first === 'string' ? text : Object.assign(Object(first) as object, { text });
}
