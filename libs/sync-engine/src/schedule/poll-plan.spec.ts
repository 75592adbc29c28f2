import { pollIntervalSeconds, pollPlan, worstAgeSeconds } from './poll-plan.js';

const lively = { name: 'allocations', pollEvery: 1 };
const rare = { name: 'currencies', pollEvery: 60 };
const pushed = { name: 'contacts', pollEvery: 1 };
const noWebhooks = new Set<string>();

function callsPerMinuteOf({ everySeconds }: ReturnType<typeof pollPlan>): number {
  return [...everySeconds.values()].reduce((sum, seconds) => sum + 60 / seconds, 0);
}

describe('how often resources are polled', () => {
  it('is as often as wished where the budget allows it', () => {
    const plan = pollPlan([lively, rare], { wantedSeconds: 60, callsPerMinute: null, pushed: noWebhooks });
    expect(Object.fromEntries(plan.everySeconds)).toEqual({ allocations: 60, currencies: 3_600 });
  });

  it('takes at most 30 percent of the budget over all resources together, in the same proportions', () => {
    const many = Array.from({ length: 20 }, (_, index) => ({ name: `r${index}`, pollEvery: 1 + (index % 5) }));
    const plan = pollPlan(many, { wantedSeconds: 1, callsPerMinute: 1_000 / 60, pushed: noWebhooks });
    expect(callsPerMinuteOf(plan)).toBeLessThanOrEqual(5);
    expect(callsPerMinuteOf(plan)).toBeGreaterThan(4.9);
    expect(plan.everySeconds.get('r4')).toBe(5 * (plan.everySeconds.get('r0') ?? 0));
  });

  it('is rare for what webhooks tell, which leaves the others more', () => {
    const wish = { wantedSeconds: 1, callsPerMinute: 10 };
    const without = pollPlan([lively, pushed], { ...wish, pushed: noWebhooks });
    const plan = pollPlan([lively, pushed], { ...wish, pushed: new Set(['contacts']) });
    expect(plan.everySeconds.get('contacts')).toBe(20 * plan.unitSeconds);
    expect(plan.unitSeconds).toBeLessThan(without.unitSeconds);
  });

  it('is rarer for a resource that is read whole and is large', () => {
    expect(pollIntervalSeconds(300, { incremental: false, pages: 25 })).toBe(7_500);
    expect(pollIntervalSeconds(300, { incremental: true, pages: 25 })).toBe(300);
  });

  it('bounds how old what is known may become', () => {
    expect(worstAgeSeconds(300, 60)).toBe(396);
  });
});
