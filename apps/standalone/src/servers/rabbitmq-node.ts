import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import amqplib from 'amqplib';
import { freeServerPort } from './loopback-port.js';
import { RabbitConsole } from './rabbitmq-console.js';
import type { ServerPrograms } from './server-programs.js';
import { ServerProcess } from './server-process.js';

const startWithinMs = 90_000;

/** When a broker was not there, in milliseconds of the system's clock. */
export interface Downtime {
  readonly downAt: number;
  /** When it let a client in again. */
  readonly upAt: number;
}

interface NodePlace {
  readonly folder: string;
  readonly ports: { readonly amqp: number; readonly epmd: number; readonly distribution: number };
  readonly password: string;
}

/** One RabbitMQ node with a name, a cookie, a port mapper and folders of its own: no other node of the machine sees it. */
export class RabbitNode {
  readonly url: string;
  /** Its connections, to be seen and closed. */
  readonly console: RabbitConsole;
  private readonly env: Record<string, string>;
  private server: ServerProcess;

  private constructor(
    private readonly programs: ServerPrograms,
    private readonly place: NodePlace,
    private readonly epmd: ServerProcess,
    searchPath: string,
  ) {
    this.url = `amqp://firmbridge:${place.password}@127.0.0.1:${place.ports.amqp}`;
    this.env = environmentOf(place, searchPath);
    this.server = this.launch();
    this.console = new RabbitConsole({ program: programs.erl, env: this.env, node: nodeName(place) });
  }

  static async start(programs: ServerPrograms, folder: string, searchPath: string): Promise<RabbitNode> {
    const place = await prepare(folder);
    const epmd = new ServerProcess({
      name: 'epmd',
      program: programs.epmd,
      args: ['-port', String(place.ports.epmd), '-address', '127.0.0.1'],
      env: { PATH: searchPath },
      logFile: path.join(folder, 'epmd.log'),
    });
    const node = new RabbitNode(programs, place, epmd, searchPath);
    try {
      await node.untilUp();
    } catch (error) {
      await node.remove();
      throw error;
    }
    return node;
  }

  /** Ends the node, in order or with kill -9, and starts it again on what it kept. */
  async restart(how: 'stop' | 'kill'): Promise<Downtime> {
    const downAt = Date.now();
    if (how === 'stop') await this.server.stop('SIGTERM');
    else await this.server.kill();
    this.server = this.launch();
    await this.untilUp();
    return { downAt, upAt: Date.now() };
  }

  /** The end; what it kept is of no more use. */
  async remove(): Promise<void> {
    await this.console.end();
    await this.server.kill();
    await this.epmd.kill();
  }

  private launch(): ServerProcess {
    return new ServerProcess({
      name: 'RabbitMQ',
      program: this.programs.rabbitmqServer,
      args: [],
      env: this.env,
      logFile: path.join(this.place.folder, 'server.log'),
    });
  }

  private async untilUp(): Promise<void> {
    await this.server.untilReady(() => answers(this.url), startWithinMs);
  }
}

const nodeName = ({ ports }: NodePlace) => `firmbridge-${ports.amqp}@localhost`;

async function prepare(folder: string): Promise<NodePlace> {
  const ports = { amqp: await freeServerPort(), epmd: await freeServerPort(), distribution: await freeServerPort() };
  if (new Set(Object.values(ports)).size < 3) return prepare(folder);
  const password = randomBytes(18).toString('base64url');
  for (const name of ['home', 'mnesia', 'log', 'conf.d']) mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, 'home/.erlang.cookie'), randomBytes(18).toString('hex'), { mode: 0o400 });
  writeFileSync(path.join(folder, 'rabbitmq.conf'), configuration(ports.amqp, password), { mode: 0o600 });
  return { folder, ports, password };
}

function configuration(port: number, password: string): string {
  const settings = {
    'listeners.tcp.default': `127.0.0.1:${port}`,
    default_user: 'firmbridge',
    default_pass: password,
    'log.console': 'false',
    'log.file.level': 'warning',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** Nothing of the machine's own configuration is read. */
function environmentOf(place: NodePlace, searchPath: string): Record<string, string> {
  const { folder, ports } = place;
  const inFolder = (name: string) => path.join(folder, name);
  return {
    PATH: searchPath,
    LANG: 'C.UTF-8',
    HOME: inFolder('home'),
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_FLAGS: '-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_NODENAME: nodeName(place),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_BASE: folder,
    RABBITMQ_MNESIA_BASE: inFolder('mnesia'),
    RABBITMQ_LOG_BASE: inFolder('log'),
    RABBITMQ_PID_FILE: inFolder('server.pid'),
    RABBITMQ_CONFIG_FILE: inFolder('rabbitmq.conf'),
    RABBITMQ_CONFIG_FILES: inFolder('conf.d'),
    RABBITMQ_ADVANCED_CONFIG_FILE: inFolder('advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: inFolder('enabled_plugins'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    // Lets the script become the server instead of standing beside it: one process, and its end is the server's.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const connection = await amqplib.connect(url, { timeout: 2_000 });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}
