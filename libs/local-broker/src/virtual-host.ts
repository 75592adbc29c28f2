import { randomUUID } from 'node:crypto';
import { deadLetterEnvelope, deathsOf, isAutomaticCycle, type DeathReason } from './dead-letter.js';
import { isJournalled, type Destination, type QueueDefinition } from './destination.js';
import type { Exchange } from './exchange.js';
import { JournalUnit } from './journal/journal-unit.js';
import type { Journal } from './journal/journal.js';
import { openEnvelope, storeMessage, type MessageProperties, type QueuedMessage } from './message.js';
import { accessRefused, preconditionFailed } from './protocol-refusal.js';
import { Queue, type HeldMessages, type QueueSurroundings } from './queue.js';
import { Stream } from './stream.js';
import { Topology } from './topology.js';

/** RabbitMQ's default. */
const largestContent = 128 * 1024 * 1024;

export const directReplyTo = 'amq.rabbitmq.reply-to';

export interface Publication {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: MessageProperties;
}

/** What the publisher hears, in this order. */
export interface PublishReceipt {
  /** Nobody wanted the message. */
  returned(): void;
  /** Everybody who wanted it has it safely; `refused`: one of them was full. */
  settled(outcome: 'accepted' | 'refused'): void;
}

/** Takes a reply that was sent straight to a channel. */
export type ReplyReceiver = (publication: Publication) => void;

/** Everything the connections of a broker share: the topology, and the ways of a message through it. */
export class VirtualHost implements QueueSurroundings {
  readonly topology: Topology;
  private readonly replyReceivers = new Map<string, ReplyReceiver>();

  constructor(
    readonly journal: Journal,
    readonly now: () => number,
  ) {
    this.topology = new Topology(journal, (definition, held) => this.create(definition, held));
  }

  /** Routes a message to every queue that wants it. */
  publish(publication: Publication, receipt: PublishReceipt): void {
    requireValidExpiration(publication.properties.expiration);
    requireBearableSize(publication.content);
    const receiver = publication.exchange === '' && this.replyReceivers.get(publication.routingKey);
    if (receiver) {
      receiver(publication);
      return receipt.settled('accepted');
    }
    const targets = this.targetsOf(publication);
    if (targets.length === 0) receipt.returned();
    const open = targets.filter((queue) => !queue.isFull);
    const outcome = open.length === targets.length ? 'accepted' : 'refused';
    const unit = new JournalUnit(() => receipt.settled(outcome));
    if (open.length > 0) this.hand(publication, open, unit);
    if (unit.isEmpty) receipt.settled(outcome);
  }

  deadLetter(queue: Queue, message: QueuedMessage, reason: DeathReason): 'done' | 'stranded' {
    const { name, rules } = queue.definition;
    const unit = new JournalUnit();
    if (isJournalled(queue.definition)) unit.removed.push(message);
    if (rules.deadLetterExchange === undefined) {
      if (!unit.isEmpty) this.journal.append(unit);
      return 'done';
    }
    const envelope = deadLetterEnvelope(openEnvelope(message), {
      queue: name,
      reason,
      exchange: rules.deadLetterExchange,
      routingKey: rules.deadLetterRoutingKey,
      diedAt: new Date(this.now()),
    });
    const deaths = deathsOf(envelope);
    const targets = this.routeOf(envelope.exchange, envelope.routingKey).filter(
      (target) => reason === 'rejected' || !isAutomaticCycle(deaths, target.definition.name),
    );
    const open = targets.filter((target) => !target.isFull);
    if (rules.keepsDeadLetters && (targets.length === 0 || open.length < targets.length)) return 'stranded';
    this.hand({ ...envelope, content: message.content }, open, unit);
    return 'done';
  }

  expire(queue: Destination): void {
    this.topology.deleteQueue(queue.definition.name);
  }

  /** The address under which replies reach this receiver, until `forgetReplies`. */
  receiveReplies(receiver: ReplyReceiver): string {
    const address = `${directReplyTo}.${randomUUID()}`;
    this.replyReceivers.set(address, receiver);
    return address;
  }

  forgetReplies(address: string): void {
    this.replyReceivers.delete(address);
  }

  /** Exclusive queues die with their connection. */
  connectionClosed(connection: object): void {
    for (const queue of this.topology.allQueues)
      if (queue.definition.owner === connection) this.topology.deleteQueue(queue.definition.name);
  }

  /** Nothing is in a consumer's hands any more: the next start need not count deliveries. Stops all timers. */
  close(): void {
    for (const queue of this.topology.allQueues) queue.stop();
    this.journal.change('update $schema.queue set delivered_to = 0 where delivered_to > 0');
  }

  private create(definition: QueueDefinition, held?: HeldMessages): Destination {
    if (definition.rules.type === 'stream') return new Stream(definition, this.journal, held);
    return new Queue(definition, this, held);
  }

  private hand(publication: Publication, targets: readonly Destination[], unit: JournalUnit): void {
    const { content, ...envelope } = publication;
    const message = storeMessage(envelope, content);
    for (const target of targets) target.enqueue(message, unit, publication.properties.expiration);
    if (!unit.isEmpty) this.journal.append(unit);
    for (const target of targets) target.settle();
  }

  private targetsOf({ exchange, routingKey }: Publication): readonly Destination[] {
    if (exchange === '') return this.routeOf(exchange, routingKey);
    const found = this.topology.exchange(exchange);
    if (found.definition.internal)
      throw accessRefused(`cannot publish to internal exchange '${exchange}' in vhost '/'`);
    return this.routeThrough(found, routingKey);
  }

  private routeOf(exchange: string, routingKey: string): readonly Destination[] {
    if (exchange !== '') {
      const found = this.topology.findExchange(exchange);
      return found ? this.routeThrough(found, routingKey) : [];
    }
    const queue = this.topology.findQueue(routingKey);
    return queue ? [queue] : [];
  }

  private routeThrough(first: Exchange, routingKey: string): readonly Destination[] {
    const seen = new Set<Exchange>();
    for (let exchange: Exchange | undefined = first; exchange && !seen.has(exchange);) {
      const targets = exchange.route(routingKey);
      const alternate: unknown = exchange.definition.arguments['alternate-exchange'];
      if (targets.length > 0 || typeof alternate !== 'string') return targets;
      seen.add(exchange);
      exchange = this.topology.findExchange(alternate);
    }
    return [];
  }
}

function requireBearableSize(content: Buffer): void {
  if (content.length <= largestContent) return;
  throw preconditionFailed(`message size ${content.length} is larger than configured max size ${largestContent}`);
}

function requireValidExpiration(expiration: string | undefined): void {
  if (expiration === undefined || /^\d+$/.test(expiration)) return;
  throw preconditionFailed(`invalid expiration '${expiration}'`);
}
