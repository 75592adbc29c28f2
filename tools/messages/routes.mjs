// Where a message travels and who keeps it, from its contract and the topology.
import { ownersOf } from '@firmbridge/contracts';

/** The routing keys of a message: one, or one for each lane. */
export function routingKeysOf({ lanes, routingKey }) {
  return lanes.length === 0 ? [routingKey] : lanes.map((lane) => `${routingKey}.${lane}`);
}

/**
 * The queues, and then the streams, that keep what is published with this routing key. A question waits in the queue of the
 * service that answers, which is in no manifest.
 */
export function consumersOf(contract, { queues, streams }, routingKey) {
  if (contract.isAddressed) return [];
  const keys = routingKey === undefined ? routingKeysOf(contract) : [routingKey];
  const takes = (binding) => keys.some((key) => reaches(binding, contract.exchange, key));
  const kept = [
    ...queues.filter(({ bindings }) => bindings.some(takes)),
    ...streams.filter(({ source }) => takes({ source })),
  ].map(({ name }) => name);
  return contract.kind === 'query' ? [...kept, ...ownersOf(contract).map((owner) => `${owner}.queries`)] : kept;
}

function reaches({ source, lane }, exchange, routingKey) {
  if (source.exchange !== exchange) return false;
  if (!('type' in source)) return matches(source.pattern.split('.'), routingKey.split('.'));
  const keys = routingKeysOf(source);
  return lane === undefined ? keys.includes(routingKey) : routingKey === `${source.routingKey}.${lane}`;
}

/** AMQP topics: `*` is one word, `#` any number of them. */
function matches([first, ...rest], words) {
  if (first === undefined) return words.length === 0;
  if (first === '#') return matches(rest, words) || (words.length > 0 && matches(['#', ...rest], words.slice(1)));
  return words.length > 0 && (first === '*' || first === words[0]) && matches(rest, words.slice(1));
}
