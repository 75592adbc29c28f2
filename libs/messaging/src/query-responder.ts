import { AppError, isAppError, type Message } from '@firmbridge/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
import { decodeMessage } from './codec.js';
import type { BrokerConnections } from './connections.js';
import type { Settlement } from './consumer.js';
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
    const content = await this.answer(delivery.content);
    const publisher = this.connections.publisher();
    if (publisher.stats().connected) {
      await publisher.publish([{ exchange: '', routingKey: replyTo, content, properties: { correlationId } }]);
    }
    return 'acknowledge';
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
    const reply = encodeReply(contract.reply.parse(await runHandler(handler, message)));
    if (reply.length <= largestReplyBytes) return reply;
    const limit = `${largestReplyBytes / 1024} KiB`;
    const text = `The answer to ${contract.name} is larger than ${limit}; ask for less at a time.`;
    throw new AppError('validation', 'query.reply_too_large', text);
  }
}
