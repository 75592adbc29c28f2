import type { Channel, ConsumeMessage, GetMessage, Message, Options, Replies } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { ChannelConsumer, type ConsumerHome, type OnMessage } from './channel-consumer.js';
import { Deliveries, type Delivery } from './deliveries.js';
import type { Destination } from './destination.js';
import { asReceived, asReturned, describeDelivery } from './message-views.js';
import { propertiesOf, type MessageProperties, type QueuedMessage } from './message.js';
import { preconditionFailed, ProtocolRefusal } from './protocol-refusal.js';
import { TopologyCalls } from './topology-calls.js';
import { directReplyTo, type Publication, type PublishReceipt } from './virtual-host.js';

/** A channel with amqplib's promise API. */
export class LocalChannel extends TopologyCalls implements Channel, ConsumerHome {
  private readonly consumers = new Map<string, ChannelConsumer>();
  private readonly deliveries = new Deliveries();
  private consumerPrefetch = 0;
  private channelPrefetch = 0;
  private inFlight = 0;
  private replyAddress: string | undefined;
  private awaitsDrain = false;

  get connection() {
    return this.home.connection;
  }

  get hasRoom(): boolean {
    if (!this.isOpen || this.home.wire.isFull) return false;
    return this.channelPrefetch === 0 || this.inFlight < this.channelPrefetch;
  }

  publish(exchange: string, routingKey: string, content: Buffer, options: Options.Publish = {}): boolean {
    return this.post({ exchange, routingKey, content, options }, () => ignoreConfirm);
  }

  sendToQueue(queue: string, content: Buffer, options?: Options.Publish): boolean {
    return this.publish('', queue, content, options);
  }

  consume(queue: string, onMessage: OnMessage, options: Options.Consume = {}): Promise<Replies.Consume> {
    return this.call('BasicConsume', () => {
      const tag = options.consumerTag || `amq.ctag-${randomUUID()}`;
      if (queue === directReplyTo) return this.consumeReplies(tag, onMessage, options);
      const found = this.home.host.topology.queue(queue, this.home);
      if (this.consumers.has(tag))
        throw new ProtocolRefusal(530, `NOT_ALLOWED - attempt to reuse consumer tag '${tag}'`);
      const consumer = new ChannelConsumer(this, {
        tag,
        queue: found,
        onMessage,
        options,
        prefetch: this.consumerPrefetch,
      });
      found.addConsumer(consumer);
      this.consumers.set(tag, consumer);
      return { consumerTag: tag };
    });
  }

  cancel(consumerTag: string): Promise<Replies.Cancel> {
    return this.call('BasicCancel', () => {
      const consumer = this.consumers.get(consumerTag);
      this.consumers.delete(consumerTag);
      consumer?.queue.removeConsumer(consumer);
      return { consumerTag };
    });
  }

  get(queue: string, { noAck = false }: Options.Get = {}): Promise<GetMessage | false> {
    return this.call('BasicGet', async () => {
      const found = this.home.host.topology.queue(queue, this.home);
      const message = await found.get();
      if (!message) return false;
      const tag = this.deliveries.nextTag();
      if (!this.isOpen) found.requeue([message]);
      else if (noAck) found.acknowledge(message);
      else this.deliveries.add(tag, { message, queue: found, answered: () => undefined });
      const { fields, ...rest } = describeDelivery(message, found, tag);
      return { ...rest, fields: { ...fields, messageCount: found.figures.ready } };
    });
  }

  ack(message: Message, allUpTo = false): void {
    this.acknowledge(message.fields.deliveryTag, allUpTo);
  }

  ackAll(): void {
    this.acknowledge(0, true);
  }

  nack(message: Message, allUpTo = false, requeue = true): void {
    this.giveBack(message.fields.deliveryTag, allUpTo, requeue);
  }

  nackAll(requeue = true): void {
    this.giveBack(0, true, requeue);
  }

  reject(message: Message, requeue = true): void {
    this.giveBack(message.fields.deliveryTag, false, requeue);
  }

  prefetch(count: number, isForChannel = false): Promise<Replies.Empty> {
    return this.call('BasicQos', () => {
      if (isForChannel) this.channelPrefetch = count;
      else this.consumerPrefetch = count;
      this.resume();
      return {};
    });
  }

  recover(): Promise<Replies.Empty> {
    return this.call('BasicRecover', () => {
      requeueAll(this.deliveries.takeAll());
      return {};
    });
  }

  /** There is room again, on the wire or for this channel. */
  resume(): void {
    for (const queue of new Set([...this.consumers.values()].map((consumer) => consumer.queue))) queue.settle();
  }

  deliverTo(consumer: ChannelConsumer, message: QueuedMessage, from: Destination): void {
    const tag = this.deliveries.nextTag();
    if (consumer.acknowledges) {
      consumer.inFlight++;
      this.inFlight++;
      const answered = () => {
        consumer.inFlight--;
        this.inFlight--;
      };
      this.deliveries.add(tag, { message, queue: from, answered });
    }
    this.send(() => {
      const { fields, ...rest } = describeDelivery(message, from, tag);
      this.handTo(consumer.onMessage, { ...rest, fields: { ...fields, consumerTag: consumer.tag } });
    });
  }

  cancelled(consumer: ChannelConsumer): void {
    this.consumers.delete(consumer.tag);
    this.send(() => {
      this.emit('cancel', { consumerTag: consumer.tag });
      consumer.onMessage(null);
    });
  }

  protected post(letter: Letter, expectConfirm: () => AnswerPublish): boolean {
    const isHeard = this.requireUsable();
    const { exchange, routingKey, content, options = {} } = letter;
    if (!Buffer.isBuffer(content)) throw new TypeError('content is not a buffer');
    const answer = expectConfirm();
    if (!isHeard) return true;
    this.attempt(() => {
      const properties = this.withReplyAddress(propertiesOf(options));
      const publication = { exchange, routingKey, content: Buffer.from(content), properties };
      this.home.host.publish(publication, this.receiptFor(publication, options.mandatory ?? false, answer));
    });
    return this.mayGoOn();
  }

  protected override release(): void {
    for (const consumer of this.consumers.values()) consumer.queue.removeConsumer(consumer);
    this.consumers.clear();
    if (this.replyAddress) this.home.host.forgetReplies(this.replyAddress);
    requeueAll(this.deliveries.takeAll());
  }

  protected override closed(): void {
    this.awaitsDrain = false;
  }

  private receiptFor(publication: Publication, isMandatory: boolean, answer: AnswerPublish): PublishReceipt {
    return {
      returned: () => {
        if (isMandatory) this.send(() => this.emit('return', asReturned(publication)));
      },
      settled: (outcome) => this.send(() => answer(outcome === 'accepted' ? null : new Error('message nacked'))),
    };
  }

  private mayGoOn(): boolean {
    const { journal } = this.home.host;
    if (!journal.isCongested) return true;
    if (!this.awaitsDrain)
      journal.onRelief(() => {
        this.awaitsDrain = false;
        this.send(() => this.emit('drain'));
      });
    this.awaitsDrain = true;
    return false;
  }

  private acknowledge(tag: number, allUpTo: boolean): void {
    this.answer(tag, allUpTo, (taken) => {
      for (const { queue, message } of taken) queue.acknowledge(message);
    });
  }

  private giveBack(tag: number, allUpTo: boolean, requeue: boolean): void {
    this.answer(tag, allUpTo, (taken) => {
      if (requeue) requeueAll(taken);
      else for (const { queue, message } of taken) queue.reject(message);
    });
  }

  private answer(tag: number, allUpTo: boolean, act: (taken: Delivery[]) => void): void {
    if (!this.requireUsable()) return;
    this.attempt(() => {
      const taken = this.deliveries.take(tag, allUpTo);
      if (!taken) throw preconditionFailed(`unknown delivery tag ${tag}`);
      act(taken);
      if (this.channelPrefetch > 0) this.resume();
      else for (const queue of new Set(taken.map((delivery) => delivery.queue))) queue.settle();
    });
  }

  private handTo(onMessage: OnMessage, message: ConsumeMessage): void {
    try {
      onMessage(message);
    } catch (error) {
      this.closeBecauseListenerThrew(error);
    }
  }

  private consumeReplies(tag: string, onMessage: OnMessage, { noAck }: Options.Consume): Replies.Consume {
    if (!noAck) throw preconditionFailed('reply consumer cannot acknowledge');
    if (this.replyAddress) throw preconditionFailed('reply consumer already set');
    this.replyAddress = this.home.host.receiveReplies((publication) => {
      const deliveryTag = this.deliveries.nextTag();
      this.send(() => {
        const { exchange, routingKey } = publication;
        const fields = { deliveryTag, redelivered: false, exchange, routingKey, consumerTag: tag };
        this.handTo(onMessage, { ...asReceived(publication), fields });
      });
    });
    return { consumerTag: tag };
  }

  private withReplyAddress(properties: MessageProperties): MessageProperties {
    if (properties.replyTo !== directReplyTo) return properties;
    if (!this.replyAddress) throw preconditionFailed('fast reply consumer does not exist');
    return { ...properties, replyTo: this.replyAddress };
  }
}

/** null: confirmed. */
export type AnswerPublish = (error: Error | null) => void;

const ignoreConfirm: AnswerPublish = () => undefined;

/** A message on its way in. */
export interface Letter {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish | undefined;
}

function requeueAll(deliveries: readonly Delivery[]): void {
  for (const queue of new Set(deliveries.map((delivery) => delivery.queue)))
    queue.requeue(deliveries.filter((delivery) => delivery.queue === queue).map((delivery) => delivery.message));
}
