import type { Compare } from './assignment.js';
import type { Evidence } from './evidence.js';
import { defaultThresholds, judge, type Judgement } from './judgement.js';
import type { Profile } from './profile.js';
import { opinionBits } from './weights.js';

/**
 * What our own evidence says of two contacts that a provider took for one, by rules of its own. An e-mail or a phone that both have is
 * why it did, so it counts as shared.
 */
export function judgeTakenForOne(one: Profile, other: Profile, by: { provider: string; compare: Compare }): Judgement {
  const both = [...other.emails, ...other.phones];
  const shared = new Set([...one.emails, ...one.phones].filter((value) => both.includes(value)));
  const opinion: Evidence = { says: `${by.provider} takes them for one contact`, bits: opinionBits.same };
  const ours =
    one.kind === other.kind
      ? by.compare(one, other, shared)
      : [{ says: 'one is a person, the other a company', bits: opinionBits.otherKind, contradicts: true as const }];
  return judge([opinion, ...ours], defaultThresholds);
}
