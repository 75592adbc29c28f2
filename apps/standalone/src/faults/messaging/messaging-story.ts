import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { OwnServers } from '../../servers/own-servers.js';
import { seededRandom } from '../kills.js';
import { Replica } from '../replica.js';
import { until } from '../until.js';
import { judgeDeliveries, type DeliveryFindings } from './delivery-findings.js';
import { planDisturbances, type DisturbanceCounts } from './disturbance-plan.js';
import { Disturber } from './disturber.js';
import {
  ledgerSabotages,
  prepareSabotage,
  registrySabotages,
  relaySabotages,
  type MessagingSabotage,
} from './messaging-sabotage.js';
import { reportSchema, type LedgerCounts, type RegistryCounts, type Report } from './process-protocol.js';
import { Recoveries, type Recovery } from './recoveries.js';
import { recordManifest } from './records.js';
import { StoryStores, type Remaining } from './story-stores.js';

export interface MessagingStoryOptions {
  readonly seed: number;
  readonly disturbances: DisturbanceCounts;
  readonly sabotage: MessagingSabotage | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
}

export interface MessagingStoryResult {
  readonly findings: DeliveryFindings;
  readonly deadLetters: number;
  readonly remaining: Remaining;
  readonly done: Disturber['done'] & { relayKills: number; ledgerKills: number; killsOutOfMoment: number };
  readonly unexpectedEnds: number;
  readonly counts: LedgerCounts & RegistryCounts;
  /** One for each time a consumer lost its deliveries. */
  readonly recoveries: readonly Recovery[];
  readonly neverConsumedAgain: number;
  readonly settleSeconds: number;
  readonly seconds: number;
}

const namespace = 'story';
const records = 300;
const tenants = 4;
const writers = 16;
const eventsPerSecond = 400;
const concurrency = 16;
const calmMs = 3_000;
const consumingAgainWithinMs = 30_000;
const tellEveryMs = 10_000;
const stuckAfterMs = 20_000;
const settleWithinMs = 180_000;

/**
 * Writers change records, relays publish what they tell, ledgers keep it, each in processes of their own, while relays and
 * ledgers are killed, the broker is restarted, connections are closed, and deliveries are doubled and overtake each other.
 */
export class MessagingStory {
  private readonly recoveries = new Recoveries();
  private readonly replicas: Replica<Report>[] = [];
  private readonly startedAt = Date.now();
  private readonly counts: LedgerCounts & RegistryCounts = {
    ...{ committed: 0, rolledBack: 0, slow: 0 },
    ...{ duplicatesInjected: 0, deliveriesDelayed: 0, failuresInjected: 0, duplicatesIgnored: 0 },
  };

  private constructor(
    private readonly servers: OwnServers,
    private readonly stores: StoryStores,
    private readonly options: MessagingStoryOptions,
  ) {}

  static async prepare(servers: OwnServers, options: MessagingStoryOptions): Promise<MessagingStory> {
    const manifest = recordManifest({ concurrency, withTap: true });
    const { databaseUrl, rabbit } = servers;
    const stores = new StoryStores({ databaseUrl, amqpUrl: rabbit.url, namespace, manifest });
    await stores.open();
    if (options.sabotage) await prepareSabotage(options.sabotage, stores.db);
    return new MessagingStory(servers, stores, options);
  }

  async live(): Promise<MessagingStoryResult> {
    const random = seededRandom(this.options.seed);
    const relays = [1, 2].map((n) => this.replica(`relay ${n}`, 'relay', n));
    const ledgers = [1, 2].map((n) => this.replica(`ledger ${n}`, 'ledger', n));
    const registry = this.replica('registry', 'registry', 1);
    await Promise.all([...relays, ...ledgers, registry].map((replica) => replica.start()));
    const { rabbit } = this.servers;
    const disturber = new Disturber({ rabbit, stores: this.stores, namespace, relays, ledgers, random });
    const ticking = setInterval(() => void this.tellProgress(disturber), tellEveryMs);
    try {
      for (const disturbance of planDisturbances(this.options.disturbances, random))
        await disturber.disturb(disturbance);
      const neverConsumedAgain = await this.calm();
      await registry.stop();
      this.options.tell('All disturbances are done and the writers have stopped; what is under way comes to its end.');
      const { remaining, seconds: settleSeconds } = await this.settle();
      await Promise.all([...ledgers, ...relays].map((replica) => replica.stop()));
      return {
        findings: judgeDeliveries(await this.stores.evidence()),
        deadLetters: await this.stores.deadLetters(),
        remaining,
        done: {
          ...disturber.done,
          relayKills: sum(relays.map(({ kills }) => kills)),
          ledgerKills: sum(ledgers.map(({ kills }) => kills)),
          killsOutOfMoment: disturber.killsOutOfMoment,
        },
        unexpectedEnds: sum(this.replicas.map(({ unexpectedEnds }) => unexpectedEnds)),
        counts: this.counts,
        recoveries: this.recoveries.seconds(disturber.downtimes),
        neverConsumedAgain,
        settleSeconds,
        seconds: (Date.now() - this.startedAt) / 1_000,
      };
    } finally {
      clearInterval(ticking);
    }
  }

  /** Whatever still runs ends at once. */
  async end(): Promise<void> {
    for (const replica of this.replicas) replica.end();
    await this.stores.close();
  }

  private replica(name: string, role: 'registry' | 'relay' | 'ledger', n: number): Replica<Report> {
    const { databaseUrl, rabbit } = this.servers;
    const { seed, env, sabotage } = this.options;
    const common = { databaseUrl, amqpUrl: rabbit.url, namespace, seed: seed * 10 + n };
    const tenantIds = Array.from({ length: tenants }, () => randomUUID());
    const settings = {
      registry: {
        ...{ ...common, tenants: tenantIds, records, writers, eventsPerSecond },
        sabotage: oneOf(registrySabotages, sabotage),
      },
      relay: { ...common, sabotage: oneOf(relaySabotages, sabotage) },
      ledger: { ...common, concurrency, sabotage: oneOf(ledgerSabotages, sabotage) },
    }[role];
    const replica = new Replica({
      ...{ name, settings, env },
      entry: path.join(import.meta.dirname, `${role}-main.js`),
      logFile: this.servers.file(`${name}.log`),
      read: (message) => reportSchema.parse(message),
      heard: (report) => this.heard(name, report),
      gone: (words) => {
        this.recoveries.gone(name);
        if (words !== undefined) this.options.tell(words);
      },
    });
    this.replicas.push(replica);
    return replica;
  }

  private heard(name: string, report: Report): void {
    if (report.kind === 'lost') this.recoveries.lost(name, report.at);
    if (report.kind === 'consuming') this.recoveries.consuming(name, report.at);
    if (report.kind === 'ledger' || report.kind === 'registry') add(this.counts, report.counts);
  }

  /** Undisturbed, with everybody writing, until every consumer is back; answers how many are not. */
  private async calm(): Promise<number> {
    await wait(calmMs);
    for (const replica of this.replicas) await replica.ready();
    await until(() => this.recoveries.waiting.length === 0, {
      timeoutMs: consumingAgainWithinMs,
      what: () => `deliveries at ${this.recoveries.waiting.join(', ')}`,
    }).catch((error: Error) => this.options.tell(error.message));
    return this.recoveries.waiting.length;
  }

  /** Until nothing is left, or nothing moves any more. */
  private async settle(): Promise<{ remaining: Remaining; seconds: number }> {
    const startedAt = Date.now();
    let remaining = await this.stores.remaining();
    let movedAt = Date.now();
    while (!isDone(remaining) && Date.now() - movedAt < stuckAfterMs && Date.now() - startedAt < settleWithinMs) {
      await wait(500);
      const now = await this.stores.remaining();
      if (JSON.stringify(now) !== JSON.stringify(remaining)) movedAt = Date.now();
      remaining = now;
    }
    return { remaining, seconds: (Date.now() - startedAt) / 1_000 };
  }

  private async tellProgress({ done }: Disturber): Promise<void> {
    const { disturbances: planned, tell } = this.options;
    const { committed, effects } = await this.stores.progress();
    const kills = (role: string) =>
      sum(this.replicas.filter(({ name }) => name.startsWith(role)).map(({ kills: count }) => count));
    tell(
      `${Math.round((Date.now() - this.startedAt) / 1_000)} s: ${committed} committed, ${effects} effects; ` +
        `${done.closes}/${planned.closes} closed, ${kills('relay')}/${planned.relayKills} relays and ` +
        `${kills('ledger')}/${planned.ledgerKills} ledgers killed, ${done.restarts}/${planned.restarts} restarts`,
    );
  }
}

function isDone({ inOutbox, withoutEffect, waiting }: Remaining): boolean {
  return inOutbox === 0 && withoutEffect === 0 && waiting === 0;
}

function oneOf<T extends string>(names: readonly T[], name: string | null): T | null {
  return names.find((one) => one === name) ?? null;
}

function add<Counts extends Record<string, number>>(total: Counts, more: Partial<Counts>): void {
  for (const [name, count] of Object.entries(more)) {
    total[name as keyof Counts] = ((total[name] ?? 0) + Number(count)) as Counts[keyof Counts];
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
