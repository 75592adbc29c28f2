import { seededRandom } from '../kills.js';
import { planDisturbances, usualCounts } from './disturbance-plan.js';

const planOf = (seed: number) => planDisturbances(usualCounts, seededRandom(seed));

describe('the plan of disturbances', () => {
  it('has all that is required, of both sorts of restarts and closes and of all moments of death', () => {
    const plan = planOf(1);
    const some = (fields: object) =>
      plan.filter((one) => Object.entries(fields).every(([k, v]) => one[k as 'kind'] === v));
    expect(some({ kind: 'close' })).toHaveLength(50);
    expect(some({ kind: 'kill', role: 'relay' })).toHaveLength(10);
    expect(some({ kind: 'restart' })).toHaveLength(5);
    for (const fields of [
      { kind: 'close', which: 'one' },
      { kind: 'close', which: 'all' },
      { kind: 'restart', how: 'stop' },
      { kind: 'restart', how: 'kill' },
      ...['unconfirmed', 'confirmed', 'uncommitted', 'unacknowledged'].map((moment) => ({ kind: 'kill', moment })),
    ])
      expect(some(fields)).not.toHaveLength(0);
  });

  it('is the same for the same seed and another for another', () => {
    expect(planOf(1)).toEqual(planOf(1));
    expect(planOf(1)).not.toEqual(planOf(2));
  });
});
