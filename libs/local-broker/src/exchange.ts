import type { Destination } from './destination.js';
import { topicMatcher } from './topic-pattern.js';

export const exchangeTypes = ['direct', 'fanout', 'topic'] as const;

export type ExchangeType = (typeof exchangeTypes)[number];

export interface ExchangeDefinition {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: Readonly<Record<string, unknown>>;
}

interface Binding {
  readonly destination: Destination;
  readonly routingKey: string;
  readonly matches: (routingKey: string) => boolean;
}

const rememberedRoutes = 10_000;

/** Knows which queues a routing key leads to; each queue at most once, however many bindings match. */
export class Exchange {
  private bindings: Binding[] = [];
  private readonly routes = new Map<string, readonly Destination[]>();

  constructor(readonly definition: ExchangeDefinition) {}

  get isUnused(): boolean {
    return this.bindings.length === 0;
  }

  bind(destination: Destination, routingKey: string): 'added' | 'known' {
    if (this.find(destination, routingKey)) return 'known';
    this.bindings.push({ destination, routingKey, matches: this.matcher(routingKey) });
    this.routes.clear();
    return 'added';
  }

  unbind(destination: Destination, routingKey: string): 'removed' | 'unknown' {
    const binding = this.find(destination, routingKey);
    if (!binding) return 'unknown';
    this.bindings = this.bindings.filter((other) => other !== binding);
    this.routes.clear();
    return 'removed';
  }

  /** Takes off every binding of a queue; true when there was one. */
  forget(destination: Destination): boolean {
    const before = this.bindings.length;
    this.bindings = this.bindings.filter((binding) => binding.destination !== destination);
    this.routes.clear();
    return this.bindings.length < before;
  }

  route(routingKey: string): readonly Destination[] {
    const remembered = this.routes.get(routingKey);
    if (remembered) return remembered;
    const found = new Set(this.bindings.filter((b) => b.matches(routingKey)).map((b) => b.destination));
    if (this.routes.size >= rememberedRoutes) this.routes.clear();
    const destinations = [...found];
    this.routes.set(routingKey, destinations);
    return destinations;
  }

  private find(destination: Destination, routingKey: string): Binding | undefined {
    return this.bindings.find((b) => b.destination === destination && b.routingKey === routingKey);
  }

  private matcher(pattern: string): (routingKey: string) => boolean {
    if (this.definition.type === 'fanout') return () => true;
    return this.definition.type === 'topic' ? topicMatcher(pattern) : (routingKey) => routingKey === pattern;
  }
}
