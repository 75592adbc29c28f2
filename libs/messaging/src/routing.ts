import type { ExchangeName } from '@firmbridge/contracts';
import { bindingPattern, type TopologyManifest } from './topology.js';

/** AMQP topic matching: `*` is exactly one word, `#` any number of words, none included. */
export function matchesPattern(pattern: string, routingKey: string): boolean {
  return matchesWords(pattern.split('.'), routingKey.split('.'));
}

function matchesWords(pattern: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return words.length === 0;
  if (first === '#') return words.some((_, index) => matchesWords(rest, words.slice(index))) || matchesWords(rest, []);
  return words.length > 0 && (first === '*' || first === words[0]) && matchesWords(rest, words.slice(1));
}

export type MustRoute = (exchange: ExchangeName, routingKey: string) => boolean;

/**
 * Whether a message must reach a queue to count as published: commands and queries have an owner and always must, an event
 * must when the manifest promises it to a queue. An event nobody subscribed to (live progress while no page is open) is fine.
 */
export function mustRoute(manifest: TopologyManifest): MustRoute {
  const patterns = manifest.queues.flatMap(({ bindings }) => bindings.map(bindingPattern));
  const known = new Map<string, boolean>();
  return (exchange, routingKey) => {
    if (exchange === 'commands' || exchange === 'queries') return true;
    const key = `${exchange}/${routingKey}`;
    let promised = known.get(key);
    if (promised === undefined) {
      promised = patterns.some((p) => p.exchange === exchange && matchesPattern(p.pattern, routingKey));
      known.set(key, promised);
    }
    return promised;
  };
}
