import { AppError, isAppError, messageOf, requireNeeds, type Message } from '@firmbridge/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
import { decodeMessage } from '@firmbridge/subscriber/amqp';
import type { BrokerConnections } from './connections.js';
import type { RawOutgoing, Settlement } from '@firmbridge/subscriber/amqp';
import type { Handlers } from './handler-registry.js';
import { defaultQueryTimeoutMs, encodeFailure, encodeReply, largestReplyBytes } from './query-wire.js';
import { runHandler } from './run-handler.js';
import { exchangeOf, queriesOf } from './topology.js';

const unusedQueueExpiresMs = 60_000;

/** Answers queries: each gets exactly one reply, the data or an error; nothing is retried here, the asker decides. */
export class QueryResponder {
  constructor(
    private readonly connections: BrokerConnections,
    private readonly queries: Handlers['queries'],
  ) {}

  /** The queue lives as long as a replica of the service listens, and a minute longer. */
  async declare(channel: Channel): Promise<void> {
    const { namespace, service } = this.connections;
    const queue = queriesOf(namespace, service);
    await channel.assertQueue(queue, {
      durable: true,
      arguments: {
        'x-queue-type': 'classic',
        'x-expires': unusedQueueExpiresMs,
        'x-message-ttl': defaultQueryTimeoutMs,
      },
    });
    for (const { contract } of this.queries.values()) {
      await channel.bindQueue(queue, exchangeOf(namespace, 'queries'), contract.routingKey);
    }
  }

  async work(delivery: ConsumeMessage): Promise<Settlement> {
    const { replyTo, correlationId } = delivery.properties as { replyTo?: string; correlationId?: string };
    if (replyTo === undefined || correlationId === undefined) return 'acknowledge';
    const reply = { exchange: '', routingKey: replyTo, properties: { correlationId } };
    await this.send({ ...reply, content: await this.answer(delivery.content) });
    return 'acknowledge';
  }

  /** After that time nobody waits for the reply any more. */
  private async send(reply: RawOutgoing): Promise<void> {
    const publisher = this.connections.publisher();
    try {
      await publisher.ready(defaultQueryTimeoutMs);
      await publisher.publish([reply]);
    } catch (error) {
      this.connections.logger.warn({ reason: messageOf(error) }, 'a reply could not be sent');
    }
  }

  private async answer(content: Buffer): Promise<Buffer> {
    try {
      return await this.reply(decodeMessage(content, this.connections.contracts));
    } catch (error) {
      if (!isAppError(error)) this.connections.logger.error({ err: error }, 'a query could not be answered');
      return encodeFailure(error, this.connections.service);
    }
  }

  private async reply(message: Message): Promise<Buffer> {
    const query = this.queries.get(message.type);
    if (query === undefined) {
      throw new AppError(
        'unavailable',
        'query.unknown',
        `This ${this.connections.service} does not answer ${message.type}.`,
      );
    }
    const { contract, handler } = query;
    requireNeeds(contract, message);
    const reply = encodeReply(contract.reply.parse(await runHandler(handler, message)));
    if (reply.length <= largestReplyBytes) return reply;
    const limit = `${largestReplyBytes / 1024} KiB`;
    const text = `The answer to ${contract.name} is larger than ${limit}; ask for less at a time.`;
    throw new AppError('validation', 'query.reply_too_large', text);
  }
}
