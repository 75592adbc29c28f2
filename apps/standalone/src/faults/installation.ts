import type { BrokerConnect } from '@firmbridge/messaging';
import type pg from 'pg';
import type { Sabotage } from './sabotage.js';

/** How a start is ended the hard way: which process gets kill -9. */
export type Victim = 'main' | 'clio-sync' | 'mapping' | 'everything' | 'supervisor';

/** What lies in the stores once nothing runs any more. */
export interface Stores {
  readonly db: pg.Client;
  readonly connect: BrokerConnect;
  readonly amqpUrl: string;
  readonly amqpNamespace: string;
}

/** A whole platform on stores of its own, with the sandbox beside it, started and killed as people and machines do it. */
export interface Installation {
  readonly name: string;
  /** Tables, queues and the tap for entity events are there before anything runs; so is the sabotage. */
  prepare(sabotage: Sabotage | null): Promise<void>;
  start(): Promise<void>;
  /** A question to the database while the platform runs; null while it cannot answer. */
  ask<Row extends pg.QueryResultRow>(sql: string): Promise<Row[] | null>;
  kill(victim: Victim): Promise<void>;
  /** Lets the sync that was started come to its end and ends everything in order. */
  finish(): Promise<void>;
  /** The sandbox's file, to be touched only while nothing runs. */
  readonly sandboxFile: string;
  /** While nothing runs. */
  withStores<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
  /** Ends what still runs and removes everything. */
  remove(): Promise<void>;
}

export interface InstallationOptions {
  readonly seed: string;
  readonly matters: number;
  /** What processes are given besides what the installation decides. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What every start of the platform is told: no limit stands between the sandbox and a fast sync. */
export function commonFlags({ seed, matters }: InstallationOptions): string[] {
  return ['--seed', seed, '--matters', String(matters), '--sandbox-requests-per-minute', 'off'];
}

export const unlimited = { CLIO_REQUESTS_PER_MINUTE: '0', LOG_LEVEL: 'warn' } as const;
