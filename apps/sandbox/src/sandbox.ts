import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClioRegion } from '@firmbridge/clio-api';
import { z } from 'zod';
import { ClioControl } from './clio/clio-control.js';
import { type ClioOptions, ClioSandbox } from './clio/clio-sandbox.js';
import { SandboxClock } from './clock.js';
import type { SandboxContext } from './context.js';
import type { SandboxControl } from './control.js';
import { Faults } from './faults.js';
import { createGhlRouter, type GhlOptions } from './ghl/index.js';
import { Journal } from './journal.js';
import { hashOf, randomFrom } from './random.js';
import { RequestLog } from './requests.js';
import { createApplication } from './server.js';

export interface SandboxOptions {
  /** The same seed gives the same firms, records and keys. */
  readonly seed?: string;
  /** Everything else scales with the number of matters. */
  readonly matters?: number;
  readonly clock?: () => Date;
  /** Where edits, webhooks and ended tokens are kept over a restart; without it they are forgotten. */
  readonly stateFile?: string | null;
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  readonly clio?: ClioOptions;
  readonly ghl?: GhlOptions;
}

export interface Sandbox {
  readonly url: string;
  /** The origin of Clio's US region; `clioOrigins` has all four. */
  readonly clioOrigin: string;
  readonly clioOrigins: Readonly<Record<ClioRegion, string>>;
  readonly ghlOrigin: string;
  readonly control: SandboxControl;
  stop(): Promise<void>;
}

const bornSchema = z.object({ seed: z.string(), matters: z.int() });

/** Like a load balancer, which keeps idle connections longer than its clients do. */
const idleConnectionMs = 65_000;

/** Starts look-alikes of both providers on one port, with a control API beside them. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { seed = 'firmbridge', matters = 50, host = '127.0.0.1', port = 0 } = options;
  if (!Number.isInteger(matters) || matters < 1) throw new RangeError('matters must be a whole number of at least 1');
  const journal = new Journal(options.stateFile ?? null);
  rememberBirth(journal, { seed, matters });
  const server = createServer({ keepAliveTimeout: idleConnectionMs });
  const clock = new SandboxClock(options.clock ?? (() => new Date()));
  const faults = new Faults(randomFrom([seed, 'faults']));
  const resetListeners: (() => void)[] = [];
  const origin = { url: '' };
  const context: SandboxContext = {
    seed,
    matters,
    clock,
    faults,
    journal,
    randomFor: (...keys) => randomFrom([hashOf([seed]), ...keys]),
    publicOrigin: () => origin.url,
    onReset: (listener) => void resetListeners.push(listener),
  };
  const clio = new ClioSandbox(context, options.clio);
  const ghl = createGhlRouter(context, options.ghl);
  const requests = new RequestLog();
  const control: SandboxControl = {
    faults,
    clock,
    requests,
    clio: new ClioControl(clio, context),
    ghl: ghl.control,
    reset: () => {
      journal.clear();
      rememberBirth(journal, { seed, matters });
      faults.clear();
      clock.reset();
      requests.clear();
      for (const listener of resetListeners) listener();
    },
  };
  server.on('request', createApplication({ context, clio, ghl, control }));
  origin.url = await listen(server, host, port);
  return {
    url: origin.url,
    clioOrigin: `${origin.url}/clio/us`,
    clioOrigins: {
      us: `${origin.url}/clio/us`,
      eu: `${origin.url}/clio/eu`,
      ca: `${origin.url}/clio/ca`,
      au: `${origin.url}/clio/au`,
    },
    ghlOrigin: `${origin.url}/ghl`,
    control,
    stop: async () => {
      clio.close();
      ghl.control.close();
      await close(server);
    },
  };
}

/** A state file fits only the records it was written for. */
function rememberBirth(journal: Journal, born: z.output<typeof bornSchema>): void {
  const topic = journal.topic('sandbox', bornSchema);
  const [known] = topic.replay();
  if (!known) topic.append(born);
  else if (known.seed !== born.seed || known.matters !== born.matters) {
    throw new Error(
      `The state file belongs to a sandbox with seed "${known.seed}" and ${known.matters} matters; remove it or start with those.`,
    );
  }
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
