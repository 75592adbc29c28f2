import type { Envelope } from '@firmbridge/contracts';
import { eventually, testNamespace } from '@firmbridge/testing';
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import type { BrokerConnect } from '../src/amqp/index.js';
import { subscribe, type Definition, type Inbox, type SubscribeOptions, type Subscription } from '../src/index.js';

export interface TestBroker {
  readonly connect: BrokerConnect;
  readonly url: string;
}

export interface LoggedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

export function recordingLogger() {
  const lines: LoggedLine[] = [];
  const log = (level: LoggedLine['level']) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, info: log('info'), warn: log('warn'), error: log('error') };
}

type AnyBox = Inbox<unknown> | undefined;

/** A platform of which only the broker's part is there, and what subscribers make beside it. */
export class Platform {
  readonly namespace = testNamespace();
  /** A queue name no other test has. */
  readonly queue = `subscriber-${this.namespace}.keep`;
  private readonly queues = new Set<string>();
  private readonly subscriptions: Subscription[] = [];
  private model: ChannelModel | null = null;
  private publishing: ConfirmChannel | null = null;

  private constructor(readonly broker: TestBroker) {}

  static async open(broker: TestBroker): Promise<Platform> {
    const platform = new Platform(broker);
    await platform.use((channel) => channel.assertExchange(platform.exchange, 'topic', { durable: true }));
    return platform;
  }

  get exchange(): string {
    return `${this.namespace}.entities`;
  }

  get stream(): string {
    return `${this.namespace}.entities.stream`;
  }

  /** What every subscriber's options begin with. */
  get options() {
    return { ...this.broker, namespace: this.namespace, logger: recordingLogger() };
  }

  async openStream(): Promise<void> {
    const streamArguments = { 'x-queue-type': 'stream', 'x-max-age': '7D', 'x-max-length-bytes': 5e9 };
    await this.use(async (channel) => {
      await channel.assertQueue(this.stream, { durable: true, arguments: streamArguments });
      await channel.bindQueue(this.stream, this.exchange, '#');
    });
    this.queues.add(this.stream);
  }

  async subscribe<Box extends AnyBox = undefined>(
    options: Partial<SubscribeOptions<Box>> & Pick<Definition<Box>, 'on'>,
  ): Promise<Subscription> {
    const settings: SubscribeOptions<Box> = {
      ...this.options,
      queue: this.queue,
      retryDelaysMs: [30, 60],
      stopTimeoutMs: 5_000,
      ...options,
    };
    const { queue, retryDelaysMs = [] } = settings;
    const rungs = retryDelaysMs.map((delayMs) => `${queue}.retry.${delayMs}`);
    for (const name of [queue, `${queue}.dead`, `${queue}.snapshot`, ...rungs]) this.queues.add(name);
    const subscription = await subscribe(settings);
    this.subscriptions.push(subscription);
    return subscription;
  }

  /** As the relay does it. */
  async publish(...envelopes: Envelope[]): Promise<void> {
    await this.send(
      envelopes.map((envelope) => ({
        exchange: this.exchange,
        routingKey: envelope.type.replace(/^firmbridge\.(.*)\.v\d+$/, '$1'),
        content: Buffer.from(JSON.stringify(envelope)),
        properties: { messageId: envelope.id, type: envelope.type, headers: { traceparent: envelope.traceparent } },
      })),
    );
  }

  /** Straight into a queue. */
  async put(queue: string, ...contents: (Envelope | string | Buffer)[]): Promise<void> {
    await this.send(
      contents.map((content) => ({
        exchange: '',
        routingKey: queue,
        content: Buffer.from(
          Buffer.isBuffer(content) || typeof content === 'string' ? content : JSON.stringify(content),
        ),
        properties: typeof content === 'object' && 'id' in content ? { messageId: content.id, type: content.type } : {},
      })),
    );
  }

  /** All that a queue holds, taken from it. */
  take(queue: string): Promise<ConsumeMessage[]> {
    return this.use(async (channel) => {
      const messages: ConsumeMessage[] = [];
      for (;;) {
        const message = await channel.get(queue, { noAck: true });
        if (message === false) return messages;
        messages.push(message as unknown as ConsumeMessage);
      }
    });
  }

  /** As many messages as expected, as soon as there are. */
  async takeSoon(queue: string, count: number): Promise<ConsumeMessage[]> {
    const taken: ConsumeMessage[] = [];
    await eventually(async () => {
      taken.push(...(await this.take(queue)));
      return taken.length >= count;
    });
    return taken;
  }

  exists(queue: string): Promise<boolean> {
    return this.use((channel) => channel.checkQueue(queue)).then(
      () => true,
      () => false,
    );
  }

  async use<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await (await this.connection()).createChannel();
    let open = true;
    channel.on('error', () => (open = false));
    try {
      return await work(channel);
    } finally {
      if (open) await channel.close();
    }
  }

  willRemove(...queues: string[]): void {
    for (const queue of queues) this.queues.add(queue);
  }

  /** Leaves nothing on the broker. */
  async close(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
    await this.use(async (channel) => {
      for (const queue of this.queues) await channel.deleteQueue(queue);
      await channel.deleteExchange(this.exchange);
    });
    await this.model?.close();
  }

  private async send(
    messages: { exchange: string; routingKey: string; content: Buffer; properties: Options.Publish }[],
  ) {
    this.publishing ??= await (await this.connection()).createConfirmChannel();
    for (const { exchange, routingKey, content, properties } of messages) {
      this.publishing.publish(exchange, routingKey, content, { persistent: true, ...properties });
    }
    await this.publishing.waitForConfirms();
  }

  private async connection(): Promise<ChannelModel> {
    if (this.model === null) {
      this.model = await this.broker.connect(this.broker.url);
      this.model.on('error', () => undefined);
    }
    return this.model;
  }
}

/** `connect` that remembers what it opened, to end it from outside. */
export function killable(connect: BrokerConnect) {
  const models = new Set<ChannelModel>();
  const remember = (model: ChannelModel) => {
    models.add(model);
    model.on('close', () => models.delete(model));
  };
  const wrapped = (async (...args: Parameters<BrokerConnect>) => {
    const opened = await connect(...args);
    const recovering = opened as unknown as { on(event: 'connect', listener: (model: ChannelModel) => void): void };
    if ('waitForConnect' in opened) recovering.on('connect', remember);
    else remember(opened);
    return opened;
    // the overloads of amqplib cannot be written as one arrow function
  }) as BrokerConnect;
  /** What the broker takes for a breach of protocol ends the whole connection. */
  const kill = async () => {
    const open = [...models];
    for (const model of open) {
      const channel = await model.createChannel();
      channel.on('error', () => undefined);
      await channel.assertExchange('breach', 'no-such-type').catch(() => undefined);
    }
    return open.length;
  };
  return { connect: wrapped, kill };
}
