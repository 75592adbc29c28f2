import { migrate } from '@firmbridge/database';
import {
  applyTopology,
  deadLettersOf,
  queueOf,
  rungDelaysOf,
  rungOf,
  type TopologyManifest,
} from '@firmbridge/messaging';
import { envelopeSchema } from '@firmbridge/contracts';
import amqplib, { type Channel, type ConsumeMessage } from 'amqplib';
import pg from 'pg';
import { withChannel, type Broker } from '../broker.js';
import type { DeliveryEvidence, Effect, Told } from './delivery-findings.js';
import { recordSchemas } from './record-tables.js';
import { recordChanged, tapQueue, type RecordData } from './records.js';

export interface StoryPlace {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  /** Of roles, exchanges and queues. */
  readonly namespace: string;
  readonly manifest: TopologyManifest;
}

/** What is not done yet. */
export interface Remaining {
  readonly inOutbox: number;
  readonly withoutEffect: number;
  /** Ready in queues and waits; the tap is not counted. */
  readonly waiting: number;
}

const tapPrefetch = 1_000;

/** The tables and queues of the registry and the ledger, seen from outside both. */
export class StoryStores {
  readonly db: pg.Pool;
  private readonly broker: Broker;

  constructor(private readonly place: StoryPlace) {
    this.db = new pg.Pool({ connectionString: place.databaseUrl, max: 3 });
    // An idle connection that ends, as all do when a run is broken off, would end the process amid its removal.
    this.db.on('error', () => undefined);
    this.broker = { connect: amqplib.connect, amqpUrl: place.amqpUrl, amqpNamespace: place.namespace };
  }

  async open(): Promise<void> {
    const { databaseUrl: url, amqpUrl, namespace, manifest } = this.place;
    await migrate({ url, namespace, services: recordSchemas });
    await applyTopology({ connect: amqplib.connect, url: amqpUrl, namespace, manifest });
  }

  withChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    return withChannel(this.broker, work);
  }

  async progress(): Promise<{ committed: number; effects: number }> {
    const [row] = await this.rows<{ committed: number; effects: number }>(
      `select (select count(*) from registry.change)::int as committed, (select count(*) from ledger.effect)::int as effects`,
    );
    return row ?? { committed: 0, effects: 0 };
  }

  async remaining(): Promise<Remaining> {
    const [row] = await this.rows<Omit<Remaining, 'waiting'>>(
      `select (select count(*) from registry.outbox_message)::int as "inOutbox",
              (select count(*) from registry.change as c
                where not exists (select from ledger.effect as e where e.message_id = c.message_id))::int as "withoutEffect"`,
    );
    return { inOutbox: row?.inOutbox ?? 0, withoutEffect: row?.withoutEffect ?? 0, waiting: await this.waiting() };
  }

  async deadLetters(): Promise<number> {
    const { namespace, manifest } = this.place;
    return this.depthOf(manifest.queues.map(({ name }) => deadLettersOf(namespace, name)));
  }

  async evidence(): Promise<DeliveryEvidence> {
    const committed = await this.rows<Told & { kind: 'changed' | 'archived' }>(
      `select message_id as id, tenant_id || '/' || record_id as record, version,
              case kind when '${recordChanged.name}' then 'changed' else 'archived' end as kind
         from registry.change`,
    );
    const effects = await this.rows<Effect>(
      `select message_id as id, tenant_id || '/' || record_id as record, version, applied from ledger.effect order by n`,
    );
    const [behind] = await this.rows<{ records: number }>(
      `select count(*)::int as records from registry.record as r left join ledger.known as k using (tenant_id, record_id)
        where r.version <> coalesce(k.version, 0)`,
    );
    return { committed, tapped: await this.drainTap(), effects, recordsBehind: behind?.records ?? 0 };
  }

  async close(): Promise<void> {
    await this.db.end();
  }

  /** Everything in the tap, in its order. Nobody publishes any more. */
  private drainTap(): Promise<Told[]> {
    const queue = queueOf(this.place.namespace, tapQueue);
    return this.withChannel(async (channel) => {
      const { messageCount } = await channel.checkQueue(queue);
      const told: Told[] = [];
      if (messageCount === 0) return told;
      await channel.prefetch(tapPrefetch);
      await new Promise<void>((resolve) => {
        void channel.consume(queue, (delivery) => {
          if (delivery === null) return;
          told.push(read(delivery));
          channel.ack(delivery);
          if (told.length === messageCount) resolve();
        });
      });
      return told;
    });
  }

  private waiting(): Promise<number> {
    const { namespace, manifest } = this.place;
    const queues = manifest.queues.filter(({ name }) => name !== tapQueue).map(({ name }) => queueOf(namespace, name));
    return this.depthOf([...queues, ...rungDelaysOf(manifest).map((delayMs) => rungOf(namespace, delayMs))]);
  }

  private depthOf(queues: readonly string[]): Promise<number> {
    return this.withChannel(async (channel) => {
      let depth = 0;
      for (const queue of queues) depth += (await channel.checkQueue(queue)).messageCount;
      return depth;
    });
  }

  private async rows<Row extends object>(sql: string): Promise<Row[]> {
    return (await this.db.query<Row & pg.QueryResultRow>(sql)).rows;
  }
}

function read({ content }: ConsumeMessage): Told {
  const { id, tenantid, data } = envelopeSchema.parse(JSON.parse(content.toString()));
  const { record, n } = data as RecordData;
  return { id, record: `${tenantid}/${record}`, version: n };
}
