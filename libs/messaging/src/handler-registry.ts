import { AppError, type QueryContract } from '@firmbridge/contracts';
import type { MessageHandler } from '@nestjs/microservices';
import type { Contracts } from '@firmbridge/subscriber/amqp';
import { consumerPattern, queryQueue } from './decorators.js';
import { ownerOf } from './query-client.js';
import { matchesPattern } from './routing.js';
import { isContract, type QueueSpec, type TopologyManifest } from './topology.js';

export interface QueueHandlers {
  readonly spec: QueueSpec;
  /** The one handler for a message of this type on this queue. */
  readonly handlerOf: (type: string) => MessageHandler | null;
}

export interface Handlers {
  readonly queues: readonly QueueHandlers[];
  /** By the type of the query. */
  readonly queries: ReadonlyMap<string, { contract: QueryContract; handler: MessageHandler }>;
}

interface Registered {
  readonly service: string;
  readonly manifest: TopologyManifest;
  readonly contracts: Contracts;
  readonly handlers: ReadonlyMap<string, MessageHandler>;
  readonly duplicates: ReadonlySet<string>;
}

/**
 * Sorts what Nest found. Throws an AppError with all that is wrong: a bound message without handler or with two, a handler
 * for a queue or query that is not this service's.
 */
export function handlersOf(registered: Registered): Handlers {
  const { service, manifest, handlers, duplicates } = registered;
  const owned = manifest.queues.filter(({ owner }) => owner === service);
  const expected = new Set(owned.flatMap(patternsOfQueue));
  const queries = queriesOf(registered);
  const problems = [
    ...[...expected].filter((pattern) => !handlers.has(pattern)).map((pattern) => `nothing handles ${pattern}`),
    ...[...duplicates].map((pattern) => `two methods handle ${pattern}`),
    ...[...handlers.keys()]
      .filter((pattern) => !expected.has(pattern) && !queries.has(pattern))
      .map((pattern) => `${pattern} is not in the manifest as a message of ${service}`),
  ];
  if (problems.length > 0) {
    const message = `${service} cannot start, its handlers do not fit the topology: ${problems.join('; ')}.`;
    throw new AppError('validation', 'messaging.wrong_handlers', message, { details: { problems } });
  }
  return {
    queues: owned.map((spec) => ({ spec, handlerOf: handlerFinder(spec, registered) })),
    queries: new Map([...queries.values()].map((query) => [query.contract.type, query])),
  };
}

function patternsOfQueue({ name, bindings }: QueueSpec): string[] {
  return bindings.map(({ source }) => consumerPattern(name, source));
}

function queriesOf({ service, contracts, handlers }: Registered) {
  const found = new Map<string, { contract: QueryContract; handler: MessageHandler }>();
  for (const [pattern, handler] of handlers) {
    const [queue, type = ''] = pattern.split(' ');
    const contract = contracts.get(type);
    if (queue !== queryQueue || contract?.kind !== 'query' || ownerOf(contract) !== service) continue;
    found.set(pattern, { contract: contract as QueryContract, handler });
  }
  return found;
}

function handlerFinder(spec: QueueSpec, { handlers, contracts }: Registered): QueueHandlers['handlerOf'] {
  const patterns = spec.bindings.flatMap(({ source }) => (isContract(source) ? [] : [source]));
  return (type) => {
    const exact = handlers.get(`${spec.name} ${type}`);
    const contract = contracts.get(type);
    if (exact !== undefined || contract === undefined) return exact ?? null;
    const wide = patterns.find(
      (p) => p.exchange === contract.exchange && matchesPattern(p.pattern, contract.routingKey),
    );
    return wide === undefined ? null : (handlers.get(consumerPattern(spec.name, wide)) ?? null);
  };
}
