import { isEntityEvent } from '../message-example.mjs';

export const tags = [
  { name: 'entity events', description: 'Public: what happened to entities.' },
  { name: 'public events', description: 'Other events for subscribers.' },
  { name: 'internal events', description: 'Facts, published by the service that owns them.' },
  { name: 'commands', description: 'Wishes, each with the one service that carries it out.' },
  { name: 'queries', description: 'Questions, answered at once or not at all.' },
];

export function tagOf(contract) {
  if (isEntityEvent(contract)) return 'entity events';
  if (contract.exchange === 'entities') return 'public events';
  return { event: 'internal events', command: 'commands', query: 'queries' }[contract.kind];
}

/** What others may subscribe to comes first. */
export function tagOrder(contract) {
  return tags.findIndex(({ name }) => name === tagOf(contract));
}
