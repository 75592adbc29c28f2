// A message of each contract as it would travel: the example of its data in an envelope that never changes.
import { createHash } from 'node:crypto';
import { exampleFirm, newMessage, ownersOf, systemActor } from '@firmbridge/contracts';

const time = '2026-11-18T15:24:06.912Z';
const correlationId = 'f1b8d3a4-70c6-4e29-9d15-b82e6c4f07a3';
const traceId = '6bd1f0a93c5e47d28e90b7a4c1f3d562';
const person = { kind: 'key', id: 'startup-token', roles: ['admin'] };

/** Who sends what the gateway does not. */
const senders = new Map([
  ['mapping.normalize-records', 'clio-sync'],
  ['ghl-sync.upsert-contact', 'mapping'],
  ['auth.get-access-token', 'clio-sync'],
]);

/** @param {import('@firmbridge/contracts').MessageContract} contract */
export function isEntityEvent({ name }) {
  return name.startsWith('entity.');
}

/**
 * @param {import('@firmbridge/contracts').MessageContract} contract
 * @returns {import('@firmbridge/contracts').OutgoingMessage}
 */
export function exampleMessage(contract) {
  const { example, kind, lanes, name, routingKey } = contract;
  const service = kind === 'event' ? ownersOf(contract)[0] : (senders.get(routingKey) ?? 'gateway');
  const origin = {
    id: uuidOf(name),
    time,
    service,
    tenantId: exampleFirm.tenantId,
    correlationId,
    ...(service === 'gateway' ? {} : { causationId: uuidOf(`cause of ${name}`) }),
    traceparent: `00-${traceId}-${hexOf(name).slice(0, 16)}-01`,
    actor: service === 'gateway' ? person : systemActor('clio-sync'),
  };
  const lane = lanes.length === 0 ? {} : { lane: lanes[0] };
  return newMessage(contract, example, origin, { ...lane, ...entityOptions(contract) });
}

function entityOptions(contract) {
  if (!isEntityEvent(contract)) return {};
  const { entityType, entityId, source } = contract.example;
  return { subject: `${entityType}/${entityId}`, entityVersion: { epoch: 0, n: source.revision } };
}

function hexOf(text) {
  return createHash('sha256').update(text).digest('hex');
}

function uuidOf(text) {
  const hex = hexOf(text);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
