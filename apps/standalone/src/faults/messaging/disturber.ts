import { setTimeout as wait } from 'node:timers/promises';
import { exchangeOf, queueOf } from '@firmbridge/messaging';
import type { BrokerConnectionFacts } from '../../servers/rabbitmq-console.js';
import type { Downtime, RabbitNode } from '../../servers/rabbitmq-node.js';
import type { Replica } from '../replica.js';
import { until } from '../until.js';
import type { Disturbance } from './disturbance-plan.js';
import type { DeathMoment, Order, Report } from './process-protocol.js';
import { archiveRecord, ledgerQueues } from './records.js';
import type { StoryStores } from './story-stores.js';

export interface DisturberOptions {
  readonly rabbit: RabbitNode;
  readonly stores: StoryStores;
  readonly namespace: string;
  readonly relays: readonly Replica<Report>[];
  readonly ledgers: readonly Replica<Report>[];
  readonly random: () => number;
}

const shortestPauseMs = 200;
const longestPauseMs = 1_200;
const unboundMs = 2_000;
/** How long an order to die may wait for its moment. */
const deathWithinMs = 20_000;

/** Does what is planned, one after the other, and keeps count of what was really done. */
export class Disturber {
  readonly downtimes: Downtime[] = [];
  readonly done = { closes: 0, restarts: 0, unbinds: 0, cuts: 0 };
  /** Orders to die that had to be carried out from outside because their moment did not come. */
  killsOutOfMoment = 0;

  constructor(private readonly options: DisturberOptions) {}

  async disturb(disturbance: Disturbance): Promise<void> {
    await wait(shortestPauseMs + this.options.random() * (longestPauseMs - shortestPauseMs));
    switch (disturbance.kind) {
      case 'close':
        return this.close(disturbance.which);
      case 'kill':
        return this.kill(disturbance.role, disturbance.moment);
      case 'restart':
        this.downtimes.push(await this.options.rabbit.restart(disturbance.how));
        this.done.restarts += 1;
        return;
      case 'unbind':
        return this.unbind();
      case 'cut':
        return this.cut();
    }
  }

  private async close(which: 'one' | 'all'): Promise<void> {
    const { rabbit, random } = this.options;
    if (which === 'all') await rabbit.console.closeAll();
    else await rabbit.console.close(await this.someConnection(random));
    this.done.closes += 1;
  }

  /** One is back soon after a restart or a close. */
  private async someConnection(random: () => number): Promise<BrokerConnectionFacts> {
    let found: BrokerConnectionFacts | undefined;
    const look = async () => {
      const connections = await this.options.rabbit.console.connections();
      found = connections[Math.floor(random() * connections.length)];
      return found !== undefined;
    };
    await until(look, { timeoutMs: 30_000, what: () => 'a connection that could be closed' });
    return found as BrokerConnectionFacts;
  }

  /** A relay that owns nothing never comes to its moment, so all are told and the first to die is enough. */
  private async kill(role: 'relay' | 'ledger', die: DeathMoment): Promise<void> {
    const replicas = role === 'relay' ? this.options.relays : this.options.ledgers;
    const before = killsOf(replicas);
    for (const replica of replicas) replica.tell({ die } satisfies Order, { isDeadly: true });
    const hasDied = () => killsOf(replicas) > before;
    const deadline = Date.now() + deathWithinMs;
    while (!hasDied() && Date.now() < deadline) await wait(5);
    for (const replica of replicas) replica.tell({ die: null } satisfies Order);
    if (hasDied()) return;
    this.killsOutOfMoment += 1;
    replicas[0]?.kill();
  }

  private async unbind(): Promise<void> {
    const { stores, namespace } = this.options;
    const queue = queueOf(namespace, ledgerQueues.archive);
    const exchange = exchangeOf(namespace, archiveRecord.exchange);
    await stores.withChannel((channel) => channel.unbindQueue(queue, exchange, archiveRecord.routingKey));
    await wait(unboundMs);
    await stores.withChannel((channel) => channel.bindQueue(queue, exchange, archiveRecord.routingKey));
    this.done.unbinds += 1;
  }

  private async cut(): Promise<void> {
    await this.options.stores.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%registry:dedicated'`,
    );
    this.done.cuts += 1;
  }
}

function killsOf(replicas: readonly Replica<Report>[]): number {
  return replicas.reduce((sum, { kills }) => sum + kills, 0);
}
