import { contractsByType, type MessageContract, type QueryContract } from './index.js';

const contracts = [...contractsByType.values()];
const isQuery = (contract: MessageContract): contract is QueryContract => contract.kind === 'query';
const names = (some: readonly MessageContract[]) => some.map(({ name }) => name);

describe('the contracts', () => {
  it('have an example each, queries one of the answer too', () => {
    const without = contracts.filter(
      (contract) => contract.example === undefined || (isQuery(contract) && contract.replyExample === undefined),
    );
    expect(names(without)).toEqual([]);
  });

  it.each(contracts.map((contract) => [contract.name, contract] as const))(
    'have an example that says all there is to say and nothing else: %s',
    (_name, contract) => {
      expect(contract.data.parse(contract.example)).toEqual(contract.example);
      if (isQuery(contract)) expect(contract.reply.parse(contract.replyExample)).toEqual(contract.replyExample);
    },
  );
});
