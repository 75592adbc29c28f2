import { randomUUID } from 'node:crypto';
import {
  authMessages,
  mappingMessages,
  newMessage,
  newOrigin,
  systemActor,
  type ChangedRecord,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import { mappingWith, type MatchingRules } from '@firmbridge/mapping';
import { BrokerConnections } from '@firmbridge/messaging';
import { startService, type RunningService } from '@firmbridge/service';
import pg from 'pg';
import { environmentOf, type PlatformSettings } from '../../environment.js';
import { until } from '../../faults/until.js';
import { prepare } from '../../platform.js';
import type { Stores } from '../../stores.js';

const nowhere = 'http://127.0.0.1:9';
const pageSize = 200;
const patienceMs = 15 * 60_000;

type Body = Readonly<Record<string, unknown>>;

/** mapping by itself on real stores, fed as the sync services feed it. */
export class MatchingPlatform {
  readonly tenantId = randomUUID();
  readonly clio = randomUUID();
  readonly ghl = randomUUID();

  private constructor(
    private readonly service: RunningService,
    private readonly broker: BrokerConnections,
    readonly db: pg.Client,
  ) {}

  static async start(stores: Stores, settings: PlatformSettings, rules: MatchingRules): Promise<MatchingPlatform> {
    await prepare(stores.connect, settings);
    const definition = mappingWith(rules);
    const env = environmentOf('mapping', settings);
    const service = await startService(definition, { env, connect: stores.connect, logTo: process.stderr });
    const { amqpUrl: url } = settings.addresses;
    const broker = new BrokerConnections({
      ...{ connect: stores.connect, url, namespace: settings.namespaces.amqp },
      service: 'standalone',
    });
    await broker.open();
    const db = new pg.Client({ connectionString: settings.addresses.databaseUrl });
    await db.connect();
    return new MatchingPlatform(service, broker, db);
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.broker.close();
    await this.db.end();
  }

  async connect(): Promise<void> {
    const account = { accountName: 'Bench', apiOrigin: nowhere, status: 'active', credential: 'oauth' } as const;
    const since = { establishedAt: new Date().toISOString() };
    for (const [provider, connectionId, region] of [
      ['clio', this.clio, 'us'] as const,
      ['ghl', this.ghl, 'global'] as const,
    ]) {
      const data = { connectionId, provider, region, accountId: connectionId, ...account, ...since };
      await this.send([newMessage(authMessages.connectionEstablished, data, this.origin('auth'))]);
    }
    await this.reached('select count(*) from mapping.connection where tenant_id = $1', 2);
  }

  async pair(): Promise<void> {
    const data = { pairingId: randomUUID(), clioConnectionId: this.clio, ghlConnectionId: this.ghl };
    await this.send([newMessage(authMessages.pairingCreated, data, this.origin('auth'))]);
    await this.reached('select count(*) from mapping.pairing where tenant_id = $1', 1);
  }

  /** Seconds from the first page sent to the last one applied. */
  async apply(provider: 'clio' | 'ghl', bodies: readonly Body[]): Promise<number> {
    const connectionId = provider === 'clio' ? this.clio : this.ghl;
    const applied = `select count(*) from mapping.entity_link
      where tenant_id = $1 and connection_id = '${connectionId}' and resource = 'contacts' and revision > 0`;
    const before = await this.count(applied);
    const startedAt = performance.now();
    for (let at = 0; at < bodies.length; at += pageSize) {
      const records = bodies.slice(at, at + pageSize).map(recordOf);
      const page = { connectionId, provider, resource: 'contacts', runId: null, cause: 'initial', records } as const;
      const origin = this.origin(`${provider}-sync`);
      await this.send([newMessage(mappingMessages.normalizeRecords, page, origin, { lane: 'backfill' })]);
    }
    await this.reached(applied, before + bodies.length);
    return (performance.now() - startedAt) / 1000;
  }

  private async reached(question: string, wanted: number): Promise<void> {
    await until(async () => (await this.count(question)) >= wanted, {
      timeoutMs: patienceMs,
      intervalMs: 250,
      what: () => `${wanted} rows of ${question}`,
    });
  }

  private async count(question: string): Promise<number> {
    const { rows } = await this.db.query<{ count: string }>(question, [this.tenantId]);
    return Number(rows[0]?.count ?? 0);
  }

  private async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const result of await this.broker.publisher().publish(messages)) {
      if (result !== 'confirmed' && result !== 'returned') throw new Error(`A message was not accepted: ${result}`);
    }
  }

  private origin(service: string) {
    return newOrigin({ service, tenantId: this.tenantId, now: new Date(), actor: systemActor(service) });
  }
}

function recordOf(body: Body): ChangedRecord {
  return { recordId: String(body['id']), revision: 1, deleted: false, body };
}
