import type { QueueDefinition, Destination } from './destination.js';
import { isJournalled } from './destination.js';
import { Exchange, exchangeTypes, type ExchangeDefinition } from './exchange.js';
import type { Journal } from './journal/journal.js';
import type { RestoredTopology } from './journal/journal-restore.js';
import {
  accessRefused,
  lockedQueue,
  noExchange,
  noQueue,
  preconditionFailed,
  ProtocolRefusal,
} from './protocol-refusal.js';
import { parseQueueArguments } from './queue-arguments.js';
import type { HeldMessages } from './queue.js';

export interface QueueWish {
  readonly name: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly exclusive: boolean;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface ExchangeWish extends Omit<ExchangeDefinition, 'type'> {
  readonly type: string;
}

export type CreateDestination = (definition: QueueDefinition, held?: HeldMessages) => Destination;

const builtIn = exchangeTypes.map((type) => ({
  name: `amq.${type}`,
  type,
  durable: true,
  autoDelete: false,
  internal: false,
  arguments: {},
}));

/** Exchanges, queues and bindings by RabbitMQ's rules: what may be declared, repeated, bound and taken away. */
export class Topology {
  private readonly exchanges = new Map(builtIn.map((definition) => [definition.name, new Exchange(definition)]));
  private readonly queues = new Map<string, Destination>();
  private lastQueueId = 0;

  constructor(
    private readonly journal: Journal,
    private readonly create: CreateDestination,
  ) {}

  get allQueues(): readonly Destination[] {
    return [...this.queues.values()];
  }

  restore({ exchanges, queues, bindings }: RestoredTopology): void {
    for (const { auto_delete: autoDelete, ...rest } of exchanges)
      this.exchanges.set(rest.name, new Exchange({ ...rest, autoDelete, durable: true }));
    const byId = new Map<number, Destination>();
    for (const row of queues) {
      const { id, name, arguments: given } = row;
      const rules = parseQueueArguments(name, given);
      const definition = {
        id,
        name,
        durable: true,
        autoDelete: row.auto_delete,
        owner: undefined,
        arguments: given,
        rules,
      };
      const held = { count: row.message_count, bytes: row.byte_count, lastPosition: row.last_position };
      const queue = this.create(definition, held);
      byId.set(id, queue);
      this.queues.set(name, queue);
      this.lastQueueId = Math.max(this.lastQueueId, id);
    }
    for (const { exchange, queue_id: queueId, routing_key: routingKey } of bindings) {
      const queue = byId.get(queueId);
      if (queue) this.exchanges.get(exchange)?.bind(queue, routingKey);
    }
  }

  findExchange(name: string): Exchange | undefined {
    return this.exchanges.get(name);
  }

  findQueue(name: string): Destination | undefined {
    return this.queues.get(name);
  }

  /** The queue, when this connection may use it. */
  queue(name: string, connection: object): Destination {
    const queue = this.queues.get(name);
    if (!queue) throw noQueue(name);
    const { owner } = queue.definition;
    if (owner !== undefined && owner !== connection) throw lockedQueue(name);
    return queue;
  }

  exchange(name: string): Exchange {
    const exchange = this.exchanges.get(name);
    if (!exchange) throw noExchange(name);
    return exchange;
  }

  declareExchange(wish: ExchangeWish): void {
    const type = exchangeTypes.find((known) => known === wish.type);
    if (!type) throw new ProtocolRefusal(503, `COMMAND_INVALID - unknown exchange type '${wish.type}'`);
    const known = this.exchanges.get(wish.name);
    if (known) return requireSameExchange(known.definition, wish);
    requireFreeName('exchange', wish.name);
    this.exchanges.set(wish.name, new Exchange({ ...wish, type }));
    if (!wish.durable) return;
    this.journal.change(
      `insert into $schema.exchange (name, type, auto_delete, internal, arguments) values ($1, $2, $3, $4, $5)
       on conflict (name) do nothing`,
      [wish.name, type, wish.autoDelete, wish.internal, JSON.stringify(wish.arguments)],
    );
  }

  deleteExchange(name: string, ifUnused: boolean): void {
    const exchange = this.exchanges.get(name);
    if (!exchange) return;
    if (name.startsWith('amq.')) throw accessRefused(`operation not permitted on the exchange '${name}' in vhost '/'`);
    if (ifUnused && !exchange.isUnused) throw preconditionFailed(`exchange '${name}' in vhost '/' in use`);
    this.exchanges.delete(name);
    if (!exchange.definition.durable) return;
    this.journal.change('delete from $schema.binding where exchange = $1', [name]);
    this.journal.change('delete from $schema.exchange where name = $1', [name]);
  }

  declareQueue(wish: QueueWish, connection: object): Destination {
    const known = this.queues.get(wish.name);
    if (known) {
      requireSameQueue(this.queue(wish.name, connection).definition, wish);
      known.touch();
      return known;
    }
    if (!wish.name.startsWith('amq.gen-')) requireFreeName('queue', wish.name);
    const rules = parseQueueArguments(wish.name, wish.arguments);
    requireDurable(wish, rules.type);
    const owner = wish.exclusive ? connection : undefined;
    const { exclusive: _, ...rest } = wish;
    const queue = this.create({ ...rest, id: ++this.lastQueueId, owner, rules });
    this.queues.set(wish.name, queue);
    this.journalQueue(queue.definition);
    return queue;
  }

  /** A queue that is not there is as good as deleted. */
  deleteQueue(name: string): void {
    const queue = this.queues.get(name);
    if (!queue) return;
    this.queues.delete(name);
    queue.destroy();
    for (const exchange of this.exchanges.values()) if (exchange.forget(queue)) this.dropIfAbandoned(exchange);
    if (!isJournalled(queue.definition)) return;
    const { id } = queue.definition;
    this.journal.change('delete from $schema.binding where queue_id = $1', [id]);
    this.journal.change('delete from $schema.message where queue_id = $1', [id]);
    this.journal.change('delete from $schema.queue where id = $1', [id]);
  }

  bind(queue: Destination, exchange: Exchange, routingKey: string): void {
    if (routingKey.includes('\0')) throw preconditionFailed('invalid routing key');
    if (exchange.bind(queue, routingKey) === 'known' || !bindingLasts(queue, exchange)) return;
    this.journal.change(
      'insert into $schema.binding (exchange, queue_id, routing_key) values ($1, $2, $3) on conflict do nothing',
      [exchange.definition.name, queue.definition.id, routingKey],
    );
  }

  unbind(queue: Destination, exchange: Exchange, routingKey: string): void {
    if (exchange.unbind(queue, routingKey) === 'unknown') return;
    if (bindingLasts(queue, exchange))
      this.journal.change('delete from $schema.binding where exchange = $1 and queue_id = $2 and routing_key = $3', [
        exchange.definition.name,
        queue.definition.id,
        routingKey,
      ]);
    this.dropIfAbandoned(exchange);
  }

  private dropIfAbandoned(exchange: Exchange): void {
    const { name, autoDelete } = exchange.definition;
    if (autoDelete && exchange.isUnused) this.deleteExchange(name, false);
  }

  private journalQueue(definition: QueueDefinition): void {
    if (!isJournalled(definition)) return;
    const { id, name, autoDelete, arguments: given } = definition;
    this.journal.change(
      `insert into $schema.queue (id, name, auto_delete, arguments) values ($1, $2, $3, $4)
       on conflict (id) do nothing`,
      [id, name, autoDelete, JSON.stringify(given)],
    );
  }
}

function bindingLasts(queue: Destination, exchange: Exchange): boolean {
  return isJournalled(queue.definition) && exchange.definition.durable;
}

function requireFreeName(kind: string, name: string): void {
  if (name.includes('\0')) throw preconditionFailed(`invalid ${kind} name`);
  if (name === '' || name.startsWith('amq.'))
    throw accessRefused(`${kind} name '${name}' contains reserved prefix 'amq.*'`);
}

function requireDurable(wish: QueueWish, type: string): void {
  if (type === 'classic') return;
  if (!wish.durable) throw preconditionFailed(`invalid property 'non-durable' for queue '${wish.name}' in vhost '/'`);
  if (wish.exclusive) throw preconditionFailed(`invalid property 'exclusive' for queue '${wish.name}' in vhost '/'`);
  if (wish.autoDelete) throw preconditionFailed(`invalid property 'auto-delete' for queue '${wish.name}' in vhost '/'`);
}

function requireSameQueue(known: QueueDefinition, wish: QueueWish): void {
  const place = `queue '${wish.name}' in vhost '/'`;
  requireSame(place, 'durable', known.durable, wish.durable);
  requireSame(place, 'exclusive', known.owner !== undefined, wish.exclusive);
  requireSame(place, 'auto_delete', known.autoDelete, wish.autoDelete);
  const type = { 'x-queue-type': 'classic' };
  requireSameArguments(place, { ...type, ...known.arguments }, { ...type, ...wish.arguments });
}

function requireSameExchange(known: ExchangeDefinition, wish: ExchangeWish): void {
  const place = `exchange '${wish.name}' in vhost '/'`;
  requireSame(place, 'type', known.type, wish.type);
  requireSame(place, 'durable', known.durable, wish.durable);
  requireSame(place, 'auto_delete', known.autoDelete, wish.autoDelete);
  requireSame(place, 'internal', known.internal, wish.internal);
  requireSameArguments(place, known.arguments, wish.arguments);
}

function requireSameArguments(
  place: string,
  known: Readonly<Record<string, unknown>>,
  wish: Readonly<Record<string, unknown>>,
): void {
  for (const name of new Set([...Object.keys(known), ...Object.keys(wish)]))
    requireSame(place, name, known[name], wish[name]);
}

function requireSame(place: string, what: string, current: unknown, received: unknown): void {
  if (JSON.stringify(current) === JSON.stringify(received)) return;
  const show = (value: unknown) => (value === undefined ? 'none' : `'${String(value)}'`);
  throw preconditionFailed(
    `inequivalent arg '${what}' for ${place}: received ${show(received)} but current is ${show(current)}`,
  );
}
