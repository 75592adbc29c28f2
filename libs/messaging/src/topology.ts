import type { ExchangeName, MessageContract } from '@firmbridge/contracts';

export const exchangeNames = ['entities', 'events', 'commands', 'queries'] as const satisfies readonly ExchangeName[];

/** Messages chosen by a routing pattern instead of by their contract: `*` is one word, `#` any number of words. */
export interface RoutingPattern {
  readonly exchange: ExchangeName;
  readonly pattern: string;
}

/** What a handler consumes: one kind of message, or all that match a pattern. */
export type MessageSource = MessageContract | RoutingPattern;

export interface QueueBinding {
  readonly source: MessageSource;
  /** One lane of a command that has lanes; all of them when absent. */
  readonly lane?: string;
}

export interface QueueSpec {
  /** `<service>.<use-case>`. */
  readonly name: string;
  /** The only service that consumes it. */
  readonly owner: string;
  readonly bindings: readonly QueueBinding[];
  /** Messages one replica works on at the same time. */
  readonly concurrency: number;
  /** How long a message waits before its second, third, ... attempt; after the last it is a dead letter. */
  readonly retryDelaysMs: readonly number[];
}

/** A replayable log beside the queues; declared only on servers that have streams. */
export interface StreamSpec {
  readonly name: string;
  readonly source: RoutingPattern;
  /** RabbitMQ's notation: `7D`. */
  readonly maxAge: string;
  readonly maxBytes: number;
}

/** All that must exist on the broker before the first message is published. */
export interface TopologyManifest {
  readonly version: number;
  readonly queues: readonly QueueSpec[];
  readonly streams: readonly StreamSpec[];
}

/** Longer waits each time: a blip, a restart, an outage. */
export const defaultRetryDelaysMs: readonly number[] = [1_000, 10_000, 60_000, 600_000];

export function isContract(source: MessageSource): source is MessageContract {
  return 'type' in source;
}

/** How a source is called in logs, errors and handler patterns. */
export function sourceName(source: MessageSource): string {
  return isContract(source) ? source.type : `${source.exchange}:${source.pattern}`;
}

export function bindingPattern({ source, lane }: QueueBinding): RoutingPattern {
  if (!isContract(source)) return source;
  const { exchange, routingKey, lanes } = source;
  if (lanes.length === 0) return { exchange, pattern: routingKey };
  return { exchange, pattern: `${routingKey}.${lane ?? '*'}` };
}

export function exchangeOf(namespace: string, exchange: ExchangeName): string {
  return `${namespace}.${exchange}`;
}

export function queueOf(namespace: string, queue: string): string {
  return `${namespace}.${queue}`;
}

/** Names both the queue in which messages wait so long and the exchange in front of it. */
export function rungOf(namespace: string, delayMs: number): string {
  return `${namespace}.retry.${delayMs}`;
}

export function deadLettersOf(namespace: string, queue: string): string {
  return `${namespace}.${queue}.dead`;
}

export function queriesOf(namespace: string, service: string): string {
  return `${namespace}.${service}.queries`;
}

/** Every wait of any queue, once, shortest first: the rungs a namespace has. */
export function rungDelaysOf({ queues }: TopologyManifest): number[] {
  return [...new Set(queues.flatMap(({ retryDelaysMs }) => retryDelaysMs))].sort((a, b) => a - b);
}

/** The same manifest with shorter (or longer) waits between attempts; a wait is at least 1 ms. */
export function withRetryDelays(manifest: TopologyManifest, factor: number): TopologyManifest {
  const scaled = (delays: readonly number[]) => delays.map((delay) => Math.max(1, Math.round(delay * factor)));
  return {
    ...manifest,
    queues: manifest.queues.map((queue) => ({ ...queue, retryDelaysMs: scaled(queue.retryDelaysMs) })),
  };
}
