import {
  bindingPattern,
  deadLettersOf,
  exchangeNames,
  exchangeOf,
  queueOf,
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

function deadLetterTo(queue: string) {
  return { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': queue, ...safely } as const;
}

export function declarationsOf(namespace: string, manifest: TopologyManifest): Declarations {
  return {
    version: manifest.version,
    exchanges: exchangeNames.map((exchange) => exchangeOf(namespace, exchange)),
    queues: [
      ...manifest.queues.flatMap((queue) => queueWithLadder(namespace, queue)),
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
    ],
  };
}

function queueWithLadder(namespace: string, { name, retryDelaysMs }: QueueSpec): QueueDeclaration[] {
  const queue = queueOf(namespace, name);
  const deadLetters = deadLettersOf(namespace, name);
  // One queue for each delay: behind a longer wait a shorter one would not run out in time.
  const rungs = [...new Set(retryDelaysMs)].map((delayMs) => ({
    name: rungOf(namespace, name, delayMs),
    args: { ...quorum, 'x-message-ttl': delayMs, ...deadLetterTo(queue) },
  }));
  return [
    { name: deadLetters, args: quorum },
    { name: queue, args: { ...quorum, 'x-delivery-limit': deliveryLimit, ...deadLetterTo(deadLetters) } },
    ...rungs,
  ];
}

function streamQueue(namespace: string, { name, maxAge, maxBytes }: StreamSpec): QueueDeclaration {
  return {
    name: queueOf(namespace, name),
    args: { 'x-queue-type': 'stream', 'x-max-age': maxAge, 'x-max-length-bytes': maxBytes },
  };
}
