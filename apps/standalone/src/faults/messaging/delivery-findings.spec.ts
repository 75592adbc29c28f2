import { judgeDeliveries, type DeliveryEvidence, type Effect, type Told } from './delivery-findings.js';

const told = (id: string, version: number, record = 'r'): Told => ({ id, record, version });
const effect = (id: string, version: number, applied = true): Effect => ({ ...told(id, version), applied });
const committed = ['a', 'b', 'c'].map((id, index) => ({ ...told(id, index + 1), kind: 'changed' as const }));

const perfect: DeliveryEvidence = {
  committed,
  tapped: [told('a', 1), told('b', 2), told('c', 3)],
  effects: [effect('a', 1), effect('b', 2), effect('c', 3)],
  recordsBehind: 0,
};
const nothingWrong = {
  ...{ committed: 3, delivered: 3, lost: 0, neverPublished: 0, invented: 0, inversions: 0 },
  ...{ publishedAgain: 0, duplicateEffects: 0, staleApplied: 0, recordsBehind: 0 },
};

describe('what became of committed messages', () => {
  it('finds nothing in a story in which all went well', () => {
    expect(judgeDeliveries(perfect)).toEqual(nothingWrong);
  });

  it('takes a message that arrives again for a repetition, however late it comes', () => {
    const tapped = [told('a', 1), told('b', 2), told('a', 1), told('b', 2), told('c', 3), told('a', 1)];
    expect(judgeDeliveries({ ...perfect, tapped })).toEqual({ ...nothingWrong, publishedAgain: 3 });
  });

  it('counts an older version that arrives first after a newer one of its record, and of no other record', () => {
    const tapped = [told('b', 2), told('a', 1), told('c', 3), told('a', 1)];
    expect(judgeDeliveries({ ...perfect, tapped })).toMatchObject({ inversions: 1 });
    const others = [told('b', 2, 'other'), told('a', 1), told('c', 3)];
    expect(judgeDeliveries({ ...perfect, tapped: others })).toMatchObject({ inversions: 0 });
  });

  it('tells a message that never left from one that left and had no effect', () => {
    const effects = [effect('a', 1)];
    const tapped = [told('a', 1), told('b', 2)];
    expect(judgeDeliveries({ ...perfect, effects, tapped })).toMatchObject({
      ...{ delivered: 1, lost: 2, neverPublished: 1 },
    });
  });

  it('counts each further effect of a message, and messages of transactions that were rolled back', () => {
    const effects = [...perfect.effects, effect('a', 1, false), effect('a', 1, false), effect('ghost', 4)];
    expect(judgeDeliveries({ ...perfect, effects })).toMatchObject({ duplicateEffects: 2, invented: 1, lost: 0 });
  });

  it('counts versions that were applied after a newer one, and none that were only kept', () => {
    const applied = [effect('c', 3), effect('a', 1), effect('b', 2)];
    expect(judgeDeliveries({ ...perfect, effects: applied })).toMatchObject({ staleApplied: 2 });
    const kept = [effect('c', 3), effect('a', 1, false), effect('b', 2, false)];
    expect(judgeDeliveries({ ...perfect, effects: kept })).toMatchObject({ staleApplied: 0 });
  });

  it('asks for no arrival of what is not told to the tap', () => {
    const archived = [...committed.slice(0, 2), { ...told('c', 3), kind: 'archived' as const }];
    const tapped = [told('a', 1), told('b', 2)];
    expect(judgeDeliveries({ ...perfect, committed: archived, tapped })).toEqual(nothingWrong);
  });
});
