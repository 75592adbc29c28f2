import {
  bindingPattern,
  deadLettersOf,
  exchangeNames,
  exchangeOf,
  queueOf,
  rungDelaysOf,
  rungOf,
  type QueueSpec,
  type StreamSpec,
  type TopologyManifest,
} from './topology.js';

export interface QueueDeclaration {
  readonly name: string;
  readonly args: Readonly<Record<string, string | number>>;
}

export interface BindingDeclaration {
  readonly queue: string;
  readonly exchange: string;
  readonly pattern: string;
}

/** A manifest in the broker's terms. */
export interface Declarations {
  readonly version: number;
  readonly exchanges: readonly string[];
  readonly queues: readonly QueueDeclaration[];
  readonly bindings: readonly BindingDeclaration[];
}

/**
 * Ends the life of a message that kills its consumer each time, which no handler's catch ever sees. Retries are counted by
 * us and do not come near it.
 */
const deliveryLimit = 20;

/** Dead-lettering that keeps the original until the copy is safe; the broker wants reject-publish beside it. */
const safely = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' } as const;
const quorum = { 'x-queue-type': 'quorum' } as const;

export function declarationsOf(namespace: string, manifest: TopologyManifest): Declarations {
  const rungs = rungDelaysOf(manifest).map((delayMs) => rung(namespace, delayMs));
  return {
    version: manifest.version,
    exchanges: [...exchangeNames.map((exchange) => exchangeOf(namespace, exchange)), ...rungs.map(({ name }) => name)],
    queues: [
      ...manifest.queues.flatMap((queue) => queueWithDeadLetters(namespace, queue)),
      ...rungs,
      ...manifest.streams.map((stream) => streamQueue(namespace, stream)),
    ],
    bindings: [
      ...manifest.queues.flatMap(({ name, bindings }) =>
        bindings.map(bindingPattern).map(({ exchange, pattern }) => ({
          queue: queueOf(namespace, name),
          exchange: exchangeOf(namespace, exchange),
          pattern,
        })),
      ),
      ...manifest.streams.map(({ name, source }) => ({
        queue: queueOf(namespace, name),
        exchange: exchangeOf(namespace, source.exchange),
        pattern: source.pattern,
      })),
      ...rungs.map(({ name }) => ({ queue: name, exchange: name, pattern: '#' })),
    ],
  };
}

function queueWithDeadLetters(namespace: string, { name }: QueueSpec): QueueDeclaration[] {
  const deadLetters = deadLettersOf(namespace, name);
  const exit = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': deadLetters, ...safely } as const;
  return [
    { name: deadLetters, args: quorum },
    { name: queueOf(namespace, name), args: { ...quorum, 'x-delivery-limit': deliveryLimit, ...exit } },
  ];
}

/**
 * Where messages of all queues wait equally long: one queue for each delay, because behind a longer wait a shorter one
 * would not run out in time. A message keeps the routing key it came with, the name of the queue it falls back into.
 */
function rung(namespace: string, delayMs: number): QueueDeclaration {
  const exit = { 'x-dead-letter-exchange': '', ...safely } as const;
  return { name: rungOf(namespace, delayMs), args: { ...quorum, 'x-message-ttl': delayMs, ...exit } };
}

function streamQueue(namespace: string, { name, maxAge, maxBytes }: StreamSpec): QueueDeclaration {
  return {
    name: queueOf(namespace, name),
    args: { 'x-queue-type': 'stream', 'x-max-age': maxAge, 'x-max-length-bytes': maxBytes },
  };
}
