import {
  AppError,
  newMessage,
  newOrigin,
  type Actor,
  type OutgoingMessage,
  type QueryContract,
  type ReplyOf,
} from '@firmbridge/contracts';
import type { Channel, ConsumeMessage, Message } from 'amqplib';
import type { z } from 'zod';
import { propertiesOf, toStored } from './codec.js';
import type { BrokerConnections } from './connections.js';
import { deferred } from '@firmbridge/subscriber/amqp';
import { KeptChannel } from '@firmbridge/subscriber/amqp';
import { decodeReply, defaultQueryTimeoutMs } from './query-wire.js';
import { exchangeOf } from './topology.js';

/** The broker's own pseudo queue: replies come straight to the channel that asked, and to no other. */
const directReplies = 'amq.rabbitmq.reply-to';

export interface AskOptions {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly correlationId?: string;
  /** W3C trace context of whoever asked; a new trace begins without one. */
  readonly traceparent?: string;
  /** Default 5 s. */
  readonly timeoutMs?: number;
}

interface Pending {
  readonly channel: Channel;
  readonly owner: string;
  readonly resolve: (content: Buffer) => void;
  readonly reject: (error: AppError) => void;
}

/** Asks other services. A question is answered in time or fails with an AppError; it is never asked twice. */
export class QueryClient {
  private readonly pending = new Map<string, Pending>();
  private readonly kept: KeptChannel<Channel>;

  constructor(
    private readonly connections: BrokerConnections,
    private readonly clock: () => Date,
  ) {
    this.kept = new KeptChannel({
      name: 'queries',
      connection: connections.publishing,
      logger: connections.logger,
      open: (model) => model.createChannel(),
      prepare: (channel) => this.listen(channel),
      lost: (channel) => this.isLost(channel),
    });
  }

  /** Throws the AppError of the answering service, or `unavailable` when nobody listens or answers in time. */
  async ask<C extends QueryContract>(contract: C, data: z.input<C['data']>, options: AskOptions): Promise<ReplyOf<C>> {
    const { timeoutMs = defaultQueryTimeoutMs, ...asker } = options;
    const origin = newOrigin({ service: this.connections.service, now: this.clock(), ...asker });
    const question = newMessage(contract, data, origin);
    const reply = contract.reply.safeParse(decodeReply(await this.send(question, timeoutMs)));
    if (reply.success) return reply.data as ReplyOf<C>;
    const message = `${ownerOf(contract)} gave an answer to ${contract.name} that breaks its contract.`;
    throw new AppError('malformed', 'query.bad_reply', message);
  }

  async close(): Promise<void> {
    await this.kept.stop();
  }

  private async send(question: OutgoingMessage, timeoutMs: number): Promise<Buffer> {
    const channel = await this.kept.ready(timeoutMs);
    const owner = ownerOf(question.contract);
    const { promise, resolve, reject } = deferred<Buffer>();
    const id = question.envelope.id;
    this.pending.set(id, { channel, owner, resolve, reject });
    const timer = setTimeout(() => reject(noAnswer(owner, timeoutMs)), timeoutMs);
    try {
      this.publish(channel, question, timeoutMs);
      return await promise;
    } finally {
      clearTimeout(timer);
      this.pending.delete(id);
    }
  }

  private publish(channel: Channel, question: OutgoingMessage, timeoutMs: number): void {
    const stored = toStored(question);
    const exchange = exchangeOf(this.connections.namespace, question.contract.exchange);
    try {
      channel.publish(exchange, stored.routingKey, Buffer.from(stored.envelope), {
        ...propertiesOf(stored),
        persistent: false,
        mandatory: true,
        correlationId: stored.messageId,
        replyTo: directReplies,
        expiration: timeoutMs,
      });
    } catch (cause) {
      const message = 'The connection to the broker was lost before the question was asked.';
      throw new AppError('unavailable', 'broker.unavailable', message, { cause });
    }
  }

  private async listen(channel: Channel): Promise<void> {
    channel.on('return', ({ properties }: Message) => {
      const pending = this.pending.get(String(properties.correlationId));
      pending?.reject(unavailable('query.nobody_listens', `No ${pending.owner} is listening.`));
    });
    await channel.consume(directReplies, (reply) => this.take(channel, reply), { noAck: true });
  }

  private take(channel: Channel, reply: ConsumeMessage | null): void {
    if (reply === null) this.kept.drop(channel, 'the broker ended the replies');
    else this.pending.get(String(reply.properties.correlationId))?.resolve(reply.content);
  }

  private isLost(channel: Channel): void {
    for (const pending of this.pending.values()) {
      if (pending.channel !== channel) continue;
      pending.reject(
        unavailable('broker.unavailable', 'The connection to the broker was lost before the answer came.'),
      );
    }
  }
}

/** The service a query is addressed to is the first word of its name. */
export function ownerOf(contract: { readonly name: string }): string {
  return contract.name.slice(0, contract.name.indexOf('.'));
}

function unavailable(code: string, message: string): AppError {
  return new AppError('unavailable', code, message);
}

function noAnswer(owner: string, timeoutMs: number): AppError {
  return unavailable('query.timed_out', `${owner} did not answer within ${timeoutMs} ms.`);
}
