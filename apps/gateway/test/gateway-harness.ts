import { LocalBroker } from '@firmbridge/local-broker';
import { applyTopology, BrokerConnections, removeTopology, type BrokerConnect } from '@firmbridge/messaging';
import { startService, type LogDestination, type RunningService } from '@firmbridge/service';
import { createTestDatabase, testAmqpUrl, testDatabaseUrl, testNamespace } from '@firmbridge/testing';
import amqplib from 'amqplib';
import { randomUUID } from 'node:crypto';
import { gateway } from '../src/index.js';
import { call, ReadStream, type Answer, type Ask } from './http.js';
import { Platform, startStandIn, type StandIn } from './stand-ins.js';

export const token = 'a-token-of-the-tests-0123456789';

export interface TestBroker {
  readonly connect: BrokerConnect;
  readonly url: string;
  close(): Promise<void>;
}

export async function openLocalBroker(): Promise<TestBroker> {
  const database = await createTestDatabase({ services: [] });
  const broker = await LocalBroker.open({ databaseUrl: database.url });
  return {
    connect: broker.connect,
    url: 'local://broker',
    close: async () => {
      await broker.close();
      await database.drop();
    },
  };
}

export function openRabbit(): Promise<TestBroker> {
  return Promise.resolve({ connect: amqplib.connect, url: testAmqpUrl() ?? '', close: () => Promise.resolve() });
}

/** A running gateway with stand-ins for the services behind it, in a namespace of its own. */
export class TestGateway {
  readonly namespace = testNamespace();
  readonly tenantId = randomUUID();
  readonly platform = new Platform();
  private readonly standIns = new Map<StandIn, () => Promise<void>>();
  private readonly streams: ReadStream[] = [];
  private stopped: Promise<void> | null = null;
  private service: RunningService;
  private publishing: BrokerConnections;

  constructor(
    private readonly broker: TestBroker,
    private readonly settings: Record<string, string> = {},
    private readonly logTo?: LogDestination,
  ) {}

  async start(...standIns: StandIn[]): Promise<void> {
    const { connect, url } = this.broker;
    const address = { connect, url, namespace: this.namespace };
    await applyTopology(address);
    this.publishing = new BrokerConnections({ ...address, service: 'clio-sync' });
    await this.publishing.open();
    for (const standIn of standIns) await this.startStandIn(standIn);
    this.service = await startService(gateway, {
      env: {
        DATABASE_URL: testDatabaseUrl(),
        AMQP_URL: url,
        AMQP_NAMESPACE: this.namespace,
        STARTUP_TOKEN: token,
        TENANT_ID: this.tenantId,
        LOG_LEVEL: 'silent',
        ...this.settings,
      },
      connect,
      ...(this.logTo === undefined ? {} : { logTo: this.logTo }),
    });
  }

  get url(): string {
    return this.service.url;
  }

  get app(): RunningService['app'] {
    return this.service.app;
  }

  get publisher() {
    return this.publishing.publisher();
  }

  /** With the token, unless other headers are given. */
  call(path: string, ask: Ask = {}): Promise<Answer> {
    return call(this.url + path, { headers: { authorization: `Bearer ${token}` }, ...ask });
  }

  get(path: string): Promise<Answer> {
    return this.call(path);
  }

  post(path: string, body: unknown, headers: Ask['headers'] = {}): Promise<Answer> {
    return this.call(path, { method: 'POST', body, headers: { authorization: `Bearer ${token}`, ...headers } });
  }

  async stream(): Promise<ReadStream> {
    const stream = await ReadStream.open(`${this.url}/api/v1/stream`, {
      headers: { authorization: `Bearer ${token}` },
    });
    this.streams.push(stream);
    return stream;
  }

  async startStandIn(standIn: StandIn): Promise<void> {
    const { connect, url } = this.broker;
    const address = { connect, url, namespace: this.namespace };
    this.standIns.set(standIn, await startStandIn(standIn, this.platform, address));
  }

  async stopStandIn(standIn: StandIn): Promise<void> {
    await this.standIns.get(standIn)?.();
    this.standIns.delete(standIn);
  }

  async deleteQueue(name: string): Promise<void> {
    const model = await this.broker.connect(this.broker.url);
    const channel = await model.createChannel();
    await channel.deleteQueue(`${this.namespace}.${name}`);
    await model.close();
  }

  stopService(): Promise<void> {
    this.stopped ??= this.service.stop();
    return this.stopped;
  }

  async stop(): Promise<void> {
    for (const stream of this.streams) stream.close();
    await this.stopService();
    for (const standIn of this.standIns.keys()) await this.stopStandIn(standIn);
    await this.publishing.close();
    const { connect, url } = this.broker;
    await removeTopology({ connect, url, namespace: this.namespace });
  }
}
