import { endsOf, judgeEnd, type RefreshEnd } from './refresh-ends.js';

const anEnd = (changes: Partial<RefreshEnd> = {}): RefreshEnd => ({
  ...{ moment: 'before-store', isKilled: true, isUsed: 'yes', became: 'served', callsToSettle: 2, callsAfterwards: 0 },
  ...changes,
});

describe('the end of a refresh that was cut off', () => {
  it('is good with a new token wherever the old one is honoured', () => {
    expect(judgeEnd(anEnd(), true)).toBeNull();
    expect(judgeEnd(anEnd({ became: 'reauthorization_required' }), true)).toContain('reauthorization_required');
    expect(judgeEnd(anEnd({ became: 'lost' }), true)).toContain('lost');
  });

  it('asks for a person only where the provider has given tokens that nobody kept', () => {
    const dead = { became: 'reauthorization_required' } as const;
    expect(judgeEnd(anEnd(dead), false)).toBeNull();
    expect(judgeEnd(anEnd({ ...dead, isUsed: 'perhaps' }), false)).toBeNull();
    expect(judgeEnd(anEnd({ isUsed: 'perhaps' }), false)).toBeNull();
    expect(judgeEnd(anEnd({ ...dead, isUsed: 'no' }), false)).not.toBeNull();
    expect(judgeEnd(anEnd({ became: 'lost', isUsed: 'perhaps' }), false)).not.toBeNull();
  });

  it('is a loop when the provider is asked again and again, before or after', () => {
    expect(judgeEnd(anEnd({ callsToSettle: 5 }), true)).toContain('5 and 0 times');
    expect(judgeEnd(anEnd({ callsAfterwards: 1 }), true)).toContain('2 and 1 times');
  });

  it('shows nothing when no process died', () => {
    expect(judgeEnd(anEnd({ isKilled: false }), true)).toContain('no process died');
    const ends = [anEnd(), anEnd({ isKilled: false }), anEnd({ became: 'lost' })];
    expect(endsOf(ends, true)).toMatchObject({ kills: 2, killsNotDone: 1, fewestKillsAtAPoint: 0, lost: 1 });
  });
});
