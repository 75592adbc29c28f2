import type { Policy } from './mappings.js';
import { threeWay, type FieldStates, type Seen } from './three-way.js';
import { isSame, type FieldKind, type Value } from './values.js';

const seen = (value: Value, at = '2026-01-15T10:00:00.000Z'): Seen => ({ value, at, by: null });
const states = (base: Value | undefined, clio: Value, ghl: Value): FieldStates => ({
  base: base === undefined ? null : { clio: base, ghl: base },
  clio: seen(clio),
  ghl: seen(ghl),
});
const verdict = (policy: Policy, given: FieldStates, kind: FieldKind = 'text') => {
  const result = threeWay(kind, policy, given);
  return result.is === 'follows' ? `${result.from} counts${result.isContested ? ' by policy' : ''}` : result.is;
};

describe('three-way merge of a field', () => {
  it.each([
    ['agreed', states('a', 'b', 'b')],
    ['agreed', states(undefined, 'b', ' b ')],
    ['clio counts', states('a', 'b', 'a')],
    ['ghl counts', states('a', 'a', 'b')],
    ['ghl counts', states('a', 'a', null)],
    ['clio counts', states(undefined, 'b', null)],
    ['contested', states('a', 'b', 'c')],
    ['contested', states(undefined, 'b', 'c')],
    ['contested', states('a', null, 'c')],
  ])('is %s', (expected, given) => {
    expect(verdict('ask', given)).toBe(expected);
  });

  it('takes what a provider made of a value for no change', () => {
    const given = { base: { clio: 'clara', ghl: 'Clara!' }, clio: seen('clara'), ghl: seen('Clara!') };
    expect(verdict('ask', given)).toBe('unchanged');
    expect(verdict('ask', { ...given, ghl: seen('clara?') })).toBe('ghl counts');
  });

  it.each<[Policy, string]>([
    ['clio', 'clio counts by policy'],
    ['ghl', 'ghl counts by policy'],
    ['newest', 'ghl counts by policy'],
    ['longest', 'clio counts by policy'],
    ['ask', 'contested'],
  ])('of which both moved, with the policy %s: %s', (policy, expected) => {
    const given = {
      base: { clio: 'a', ghl: 'a' },
      clio: seen('a longer one', '2026-01-15T10:00:00.000Z'),
      ghl: seen('short', '2026-01-15T10:00:01.000Z'),
    };
    expect(verdict(policy, given)).toBe(expected);
  });

  it.each<Policy>(['newest', 'longest'])('asks where the policy %s does not tell', (policy) => {
    expect(verdict(policy, states('a', 'bb', 'cc'))).toBe('contested');
  });
});

describe('two spellings of one value', () => {
  it.each<[FieldKind, Value, Value, boolean]>([
    ['email', ' Clara@Hughes.example', 'clara@hughes.example', true],
    ['phone', '+14155550101', '+1 (415) 555-0101', true],
    ['phone', 'ext. 12', 'ext. 13', false],
    ['text', 'Clara  M.', 'Clara M.', true],
    ['text', 'clara', 'Clara', false],
    ['text', null, '  ', true],
    ['parts', { city: 'Oakland', street: null }, { street: '', city: 'Oakland' }, true],
    ['parts', { city: null }, null, true],
    ['parts', { city: 'Oakland' }, { city: 'Reno' }, false],
  ])('as %s: %j and %j', (kind, one, other, expected) => {
    expect(isSame(kind, one, other)).toBe(expected);
  });
});
