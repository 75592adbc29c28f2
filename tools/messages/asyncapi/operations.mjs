import { ownersOf } from '@firmbridge/contracts';
import { consumersOf, routingKeysOf } from '../routes.mjs';
import { channelName, isInStream } from './channels.mjs';
import { bindingVersion, namespace } from './document-terms.mjs';
import { tagOf } from './tags.mjs';

/** What whoever connects can do: receive events, send commands, ask questions, read streams. */
export function operationsOf(contracts, topology) {
  const entries = contracts.flatMap((contract) => operationsOfOne(contract, topology));
  return Object.fromEntries([...entries, ...streamOperations(contracts, topology)]);
}

function operationsOfOne(contract, topology) {
  const { kind, name, summary } = contract;
  const [verb, action] = { event: ['receive', 'receive'], command: ['send', 'send'], query: ['ask', 'send'] }[kind];
  return routingKeysOf(contract).map((routingKey) => {
    const channel = `#/channels/${channelName(contract, routingKey)}`;
    return [
      `${verb}.${name}${routingKey.slice(contract.routingKey.length)}`,
      {
        action,
        channel: { $ref: channel },
        summary,
        description: whoIsInvolved(contract, topology, routingKey),
        tags: [{ name: tagOf(contract) }],
        bindings: { amqp: { deliveryMode: kind === 'query' ? 1 : 2, bindingVersion } },
        messages: [{ $ref: `${channel}/messages/${name}` }],
        ...(kind === 'query' ? { reply: replyOf(contract) } : {}),
      },
    ];
  });
}

function whoIsInvolved(contract, topology, routingKey) {
  const owners = ownersOf(contract).join(', ');
  const said = { event: 'Published by', command: 'Carried out by', query: 'Answered by' }[contract.kind];
  const queues = consumersOf(contract, topology, routingKey).map((name) => `\`${namespace}.${name}\``);
  const nobody = contract.isAddressed ? 'Kept by the one queue it is sent to.' : 'No queue keeps it.';
  return `${said} ${owners}. ${needsOf(contract)}${queues.length === 0 ? nobody : `Kept by ${queues.join(', ')}.`}`;
}

function needsOf({ needs }) {
  if (needs === undefined) return '';
  return typeof needs === 'string' ? `Needs the permission ${needs}. ` : `Only for ${needs.services.join(' and ')}. `;
}

function replyOf({ name }) {
  return {
    address: { location: '$message.header#/reply_to', description: 'The AMQP property `reply_to` of the question.' },
    channel: { $ref: '#/channels/replies' },
    messages: [{ $ref: `#/channels/replies/messages/${name}.reply` }],
  };
}

function streamOperations(contracts, { streams }) {
  return streams.map((stream) => {
    const channel = `#/channels/stream.${stream.name}`;
    const kept = contracts.filter((contract) => isInStream(contract, stream));
    return [
      `receive.stream.${stream.name}`,
      {
        action: 'receive',
        channel: { $ref: channel },
        summary: `What ${stream.name} keeps, from a time or an offset.`,
        tags: [...new Set(kept.map(tagOf))].map((name) => ({ name })),
        bindings: { amqp: { ack: true, bindingVersion } },
        messages: kept.map(({ name }) => ({ $ref: `${channel}/messages/${name}` })),
      },
    ];
  });
}
