import type {
  Channel,
  ChannelModel,
  ConfirmChannel,
  connect,
  ConsumeMessage,
  GetMessage,
  Options,
  RecoveringChannelModel,
  RecoveryOptions,
} from 'amqplib';
import { randomBytes } from 'node:crypto';
import { eventually } from '@firmbridge/testing';

export type Connect = typeof connect;

/** Names of one check on one broker, deleted at its end, and short words for what every check does. */
export class BrokerLab {
  private readonly prefix = `conformance-${randomBytes(5).toString('hex')}`;
  private readonly queues = new Set<string>();
  private readonly exchanges = new Set<string>();
  private readonly models: ChannelModel[] = [];

  constructor(
    private readonly connectTo: Connect,
    private readonly url: string,
  ) {}

  queueName(name: string): string {
    const full = `${this.prefix}.${name}`;
    this.queues.add(full);
    return full;
  }

  exchangeName(name: string): string {
    const full = `${this.prefix}.${name}`;
    this.exchanges.add(full);
    return full;
  }

  async connect(): Promise<ChannelModel> {
    const model = await this.connectTo(this.url);
    model.on('error', () => undefined);
    this.models.push(model);
    return model;
  }

  async recovering(recovery: RecoveryOptions): Promise<RecoveringChannelModel> {
    const recovering = await this.connectTo(this.url, { recovery });
    recovering.on('error', () => undefined);
    return recovering;
  }

  async channel(model?: ChannelModel): Promise<ConfirmChannel> {
    const channel = await (model ?? (await this.connect())).createConfirmChannel();
    channel.on('error', () => undefined);
    return channel;
  }

  async queue(channel: Channel, name: string, options: Options.AssertQueue = {}): Promise<string> {
    const full = this.queueName(name);
    await channel.assertQueue(full, options);
    return full;
  }

  async exchange(channel: Channel, name: string, type = 'topic'): Promise<string> {
    const full = this.exchangeName(name);
    await channel.assertExchange(full, type);
    return full;
  }

  async cleanUp(): Promise<void> {
    // closed first: exclusive queues go with their connection and cannot be deleted from another
    for (const model of this.models.splice(0)) await model.close().catch(() => undefined);
    await eventually(() => this.deleteAll().then(() => true));
  }

  private async deleteAll(): Promise<void> {
    const model = await this.connect();
    const channel = await this.channel(model);
    for (const queue of this.queues) await channel.deleteQueue(queue);
    for (const exchange of this.exchanges) await channel.deleteExchange(exchange);
    await model.close();
  }
}

export const bytes = (text: string) => Buffer.from(text);

export async function send(
  channel: ConfirmChannel,
  queue: string,
  texts: readonly string[],
  options?: Options.Publish,
) {
  for (const text of texts) channel.sendToQueue(queue, bytes(text), options);
  await channel.waitForConfirms();
}

/** `confirmed`, or the reason of the refusal. */
export function confirmOf(publish: (done: (error: Error | null) => void) => void): Promise<string> {
  return new Promise((resolve) => publish((error) => resolve(error ? error.message : 'confirmed')));
}

export interface Collected {
  readonly messages: ConsumeMessage[];
  readonly texts: string[];
  readonly tag: string;
  cancelled: boolean;
}

/** Consumes into a list, answering as told. */
export async function collect(
  channel: Channel,
  queue: string,
  answer: (message: ConsumeMessage, count: number) => void = () => undefined,
  options?: Options.Consume,
): Promise<Collected> {
  const collected = { messages: [] as ConsumeMessage[], texts: [] as string[], tag: '', cancelled: false };
  const { consumerTag } = await channel.consume(
    queue,
    (message) => {
      if (!message) {
        collected.cancelled = true;
        return;
      }
      collected.messages.push(message);
      collected.texts.push(message.content.toString());
      answer(message, collected.messages.length);
    },
    options,
  );
  collected.tag = consumerTag;
  return collected;
}

export async function getText(channel: Channel, queue: string): Promise<string | false> {
  const message = await channel.get(queue, { noAck: true });
  return message && message.content.toString();
}

export async function getSoon(channel: Channel, queue: string): Promise<GetMessage> {
  return eventually(() => channel.get(queue, { noAck: true }));
}

export async function drainTexts(channel: Channel, queue: string): Promise<string[]> {
  const texts: string[] = [];
  for (let text = await getText(channel, queue); text !== false; text = await getText(channel, queue)) texts.push(text);
  return texts;
}

/** How the broker refused: the code of the error, and whether the channel closed. */
export async function refusalOf(
  channel: Channel,
  work: () => Promise<unknown>,
): Promise<{ code: unknown; closed: boolean }> {
  const closed = new Promise<boolean>((resolve) => channel.once('close', () => resolve(true)));
  try {
    await work();
  } catch (error) {
    return { code: (error as { code?: unknown }).code, closed: await closed };
  }
  return { code: 'accepted', closed: false };
}

/** The error a channel closes with. */
export function closeErrorOf(channel: Channel): Promise<Error & { code?: number }> {
  return new Promise((resolve) => channel.once('error', resolve));
}
