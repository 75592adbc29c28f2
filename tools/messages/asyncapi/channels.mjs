import { consumersOf, routingKeysOf } from '../routes.mjs';
import { bindingVersion, namespace } from './document-terms.mjs';

/** A channel for each place a message can be in: an exchange with a routing key, a stream, the queues of answers. */
export function channelsOf(contracts, { streams }) {
  // Majors of a message share their routing key, hence their channel.
  const byKey = Map.groupBy(
    contracts.flatMap((contract) => routingKeysOf(contract).map((routingKey) => ({ contract, routingKey }))),
    ({ contract, routingKey }) => channelName(contract, routingKey),
  );
  const routed = [...byKey].map(([name, routes]) => [
    name,
    channelOfRoute(
      routes[0],
      routes.map(({ contract }) => contract),
    ),
  ]);
  const kept = streams.map((stream) => [`stream.${stream.name}`, streamChannel(stream, contracts)]);
  return { ...Object.fromEntries([...routed, ...kept]), ...replyChannel(contracts) };
}

function channelOfRoute({ contract, routingKey }, contracts) {
  const messages = messageReferences(contracts);
  if (contract.isAddressed) {
    return { address: null, description: 'The one queue that whoever asked for it named.', messages };
  }
  const exchange = { name: `${namespace}.${contract.exchange}`, type: 'topic', durable: true, autoDelete: false };
  return { address: routingKey, messages, bindings: { amqp: { is: 'routingKey', exchange, bindingVersion } } };
}

export function channelName({ exchange }, routingKey) {
  return `${exchange}.${routingKey}`;
}

function messageReferences(contracts, suffix = '') {
  const names = contracts.map(({ name }) => name + suffix);
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

function streamChannel(stream, contracts) {
  const name = `${namespace}.${stream.name}`;
  return {
    address: name,
    description: `A stream queue: keeps events for ${stream.maxAge}, at most ${stream.maxBytes / 1e9} GB, and gives them again to whoever asks with \`x-stream-offset\`.`,
    messages: messageReferences(contracts.filter((contract) => isInStream(contract, stream))),
    bindings: {
      amqp: { is: 'queue', queue: { name, durable: true, exclusive: false, autoDelete: false }, bindingVersion },
    },
  };
}

export function isInStream(contract, stream) {
  return consumersOf(contract, { queues: [], streams: [stream] }).includes(stream.name);
}

function replyChannel(contracts) {
  const queries = contracts.filter(({ kind }) => kind === 'query');
  if (queries.length === 0) return {};
  return {
    replies: {
      address: null,
      description:
        'Where answers go: the queue that `reply_to` of the question names, usually RabbitMQ’s direct reply-to.',
      messages: messageReferences(queries, '.reply'),
    },
  };
}
