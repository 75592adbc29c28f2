import { envelopeSchema, errorKinds } from '@firmbridge/contracts';
import { exampleMessage, isEntityEvent } from '../message-example.mjs';
import { bindingVersion } from './document-terms.mjs';
import { tagOf } from './tags.mjs';

/** The messages by their names, answers behind their questions; their schemas are added to those of the document. */
export function messagesOf(contracts, schemas) {
  const envelope = schemas.add('Envelope', envelopeSchema, 'input');
  return Object.fromEntries(contracts.flatMap((contract) => messagesOfOne(contract, schemas, envelope)));
}

function messagesOfOne(contract, schemas, envelope) {
  const { data, kind, name, reply, replyExample, summary, type } = contract;
  const entityOnly = isEntityEvent(contract) ? { required: ['subject', 'entityversion'] } : {};
  const properties = { type: { type: 'string', const: type }, data: schemas.add(`${name}.data`, data, 'input') };
  const message = {
    name: type,
    title: name,
    summary,
    contentType: 'application/cloudevents+json',
    tags: [{ name: tagOf(contract) }],
    correlationId: { $ref: '#/components/correlationIds/conversation' },
    bindings: { amqp: { messageType: type, bindingVersion } },
    payload: { allOf: [envelope, { type: 'object', properties, ...entityOnly }] },
    examples: [{ payload: exampleMessage(contract).envelope }],
  };
  if (kind !== 'query') return [[name, message]];
  return [
    [name, message],
    [`${name}.reply`, replyMessage(contract, schemas.add(`${name}.reply`, reply, 'output'), replyExample)],
  ];
}

function replyMessage({ name, type }, data, example) {
  const answered = {
    type: 'object',
    properties: { ok: { type: 'boolean', const: true }, data },
    required: ['ok', 'data'],
  };
  return {
    name: `${type}.reply`,
    title: `${name}, the answer`,
    contentType: 'application/json',
    tags: [{ name: 'queries' }],
    correlationId: { $ref: '#/components/correlationIds/question' },
    payload: { oneOf: [answered, { $ref: '#/components/schemas/QueryFailure' }] },
    examples: [{ payload: { ok: true, data: example } }],
  };
}

/** How libs/messaging tells that a question was not answered. */
export function queryFailure() {
  return {
    type: 'object',
    description: 'Why there is no answer.',
    properties: {
      ok: { type: 'boolean', const: false },
      error: {
        type: 'object',
        properties: {
          kind: { type: 'string', enum: Object.keys(errorKinds) },
          code: { type: 'string', description: 'Stable: `subject.problem`.' },
          message: { type: 'string', description: 'A sentence for a person.' },
          details: { type: 'object' },
          retryAfterMs: { type: 'number' },
        },
        required: ['kind', 'code', 'message', 'details'],
      },
    },
    required: ['ok', 'error'],
  };
}
