import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { contractsByType, envelopeSchema, type MessageContract, type QueryContract } from '@firmbridge/contracts';
import { decodeMessage } from '@firmbridge/subscriber/amqp';
import { exampleMessage, isEntityEvent } from './message-example.mjs';
import { wireSchema } from './wire-schema.mjs';

const contracts = [...contractsByType.values()].map((contract) => [contract.name, contract] as const);
const queries = contracts.filter(([, { kind }]) => kind === 'query') as [string, QueryContract][];

const ajv = addFormats.default(new Ajv({ allErrors: true, strict: true }));
const accepts = (validate: ValidateFunction, value: unknown) => {
  validate(value);
  return validate.errors ?? [];
};
const wire = (contract: MessageContract) => JSON.parse(JSON.stringify(exampleMessage(contract).envelope)) as object;
const envelope = ajv.compile(wireSchema(envelopeSchema, 'input'));

describe('the example of a message', () => {
  it.each(contracts)('is a message that consumers accept: %s', (_name, contract) => {
    const { data, entityVersion, id, type } = decodeMessage(Buffer.from(JSON.stringify(wire(contract))));
    expect({ data, type }).toEqual({ data: contract.example, type: contract.type });
    expect(entityVersion === undefined).toBe(!isEntityEvent(contract));
    expect(exampleMessage(contract).envelope.id).toBe(id);
  });

  it.each(contracts)('fits the JSON Schemas: %s', (_name, contract) => {
    expect(accepts(envelope, wire(contract))).toEqual([]);
    expect(accepts(ajv.compile(wireSchema(contract.data, 'input')), contract.example)).toEqual([]);
  });

  it.each(queries)('fits the JSON Schema of the answer: %s', (_name, contract) => {
    expect(accepts(ajv.compile(wireSchema(contract.reply, 'output')), contract.replyExample)).toEqual([]);
  });
});
