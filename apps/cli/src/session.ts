import { createClient, createConfig, type Client } from '@firmbridge/api-client';
import { readConfig } from './config.js';
import type { Terminal } from './terminal.js';

/** What a run of the command is given by the process, or by a test. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Against which names of files are resolved. */
  readonly folder: string;
  readonly terminal: Terminal;
  readonly now: () => Date;
  /** Set when the person wants to stop. */
  readonly signal: AbortSignal;
  /** How often a followed replay is looked at; default 500. */
  readonly lookEveryMs?: number;
}

/** What a command works with once it is known that a gateway can be asked. */
export interface Session extends World {
  readonly client: Client;
}

export function openSession(world: World): Session {
  const { url, token } = readConfig(world.env);
  return { ...world, client: createClient(createConfig({ baseUrl: url, auth: token, signal: world.signal })) };
}
