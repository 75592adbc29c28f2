import type { Options, Replies } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { ChannelLifecycle } from './channel-lifecycle.js';
import type { Destination } from './destination.js';
import { accessRefused, notImplemented, preconditionFailed } from './protocol-refusal.js';
import { argumentsOf } from './queue-arguments.js';

/** The calls of a channel that declare, bind, look at and delete. */
export abstract class TopologyCalls extends ChannelLifecycle {
  assertExchange(
    exchange: string,
    type: string,
    options: Options.AssertExchange = {},
  ): Promise<Replies.AssertExchange> {
    return this.call('ExchangeDeclare', () => {
      const { durable = true, autoDelete = false, internal = false, alternateExchange } = options;
      const given = options.arguments as Record<string, unknown> | undefined;
      const alternate = alternateExchange === undefined ? {} : { 'alternate-exchange': alternateExchange };
      const wish = { name: exchange, type, durable, autoDelete, internal, arguments: { ...given, ...alternate } };
      this.home.host.topology.declareExchange(wish);
      return { exchange };
    });
  }

  checkExchange(exchange: string): Promise<Replies.Empty> {
    return this.call('ExchangeDeclare', () => {
      if (exchange !== '') this.home.host.topology.exchange(exchange);
      return {};
    });
  }

  deleteExchange(exchange: string, { ifUnused = false }: Options.DeleteExchange = {}): Promise<Replies.Empty> {
    return this.call('ExchangeDelete', () => {
      this.home.host.topology.deleteExchange(exchange, ifUnused);
      return {};
    });
  }

  bindExchange(): Promise<Replies.Empty> {
    return this.call('ExchangeBind', () => {
      throw notImplemented('the local broker binds queues to exchanges only');
    });
  }

  unbindExchange(): Promise<Replies.Empty> {
    return this.call('ExchangeUnbind', () => {
      throw notImplemented('the local broker binds queues to exchanges only');
    });
  }

  assertQueue(queue = '', options: Options.AssertQueue = {}): Promise<Replies.AssertQueue> {
    return this.call('QueueDeclare', () => {
      const { durable = true, autoDelete = false, exclusive = false } = options;
      const name = queue || `amq.gen-${randomUUID()}`;
      const wish = { name, durable, autoDelete, exclusive, arguments: argumentsOf(options) };
      return countsOf(this.home.host.topology.declareQueue(wish, this.home));
    });
  }

  checkQueue(queue: string): Promise<Replies.AssertQueue> {
    return this.call('QueueDeclare', () => {
      const found = this.queueOf(queue);
      found.touch();
      return countsOf(found);
    });
  }

  deleteQueue(queue: string, { ifUnused, ifEmpty }: Options.DeleteQueue = {}): Promise<Replies.DeleteQueue> {
    return this.call('QueueDelete', () => {
      const { topology } = this.home.host;
      if (!topology.findQueue(queue)) return { messageCount: 0 };
      const { ready, consumers } = this.queueOf(queue).figures;
      if (ifUnused && consumers > 0) throw preconditionFailed(`queue '${queue}' in vhost '/' in use`);
      if (ifEmpty && ready > 0) throw preconditionFailed(`queue '${queue}' in vhost '/' is not empty`);
      topology.deleteQueue(queue);
      return { messageCount: ready };
    });
  }

  purgeQueue(queue: string): Promise<Replies.PurgeQueue> {
    return this.call('QueuePurge', () => ({ messageCount: this.queueOf(queue).purge() }));
  }

  bindQueue(queue: string, source: string, pattern: string): Promise<Replies.Empty> {
    return this.call('QueueBind', () => {
      const { topology } = this.home.host;
      refuseDefaultExchange(source);
      topology.bind(this.queueOf(queue), topology.exchange(source), pattern);
      return {};
    });
  }

  unbindQueue(queue: string, source: string, pattern: string): Promise<Replies.Empty> {
    return this.call('QueueUnbind', () => {
      const { topology } = this.home.host;
      refuseDefaultExchange(source);
      topology.unbind(this.queueOf(queue), topology.exchange(source), pattern);
      return {};
    });
  }

  private queueOf(name: string): Destination {
    return this.home.host.topology.queue(name, this.home);
  }
}

function countsOf({ definition, figures }: Destination): Replies.AssertQueue {
  return { queue: definition.name, messageCount: figures.ready, consumerCount: figures.consumers };
}

function refuseDefaultExchange(name: string): void {
  if (name === '') throw accessRefused('operation not permitted on the default exchange');
}
