import { MatchingRules, platformRules } from '@firmbridge/mapping';

/** Ways to match as one must not: each has to make the benchmark fail. */
export const matchingSabotages = {
  'phone-decides-alone': new MatchingRules((one, other, shared) =>
    one.phones.some((phone) => other.phones.includes(phone))
      ? [{ says: 'same phone', bits: 40, decides: 'always' }]
      : platformRules.compare(one, other, shared),
  ),
  'nobody-is-known': new MatchingRules(() => []),
} as const;

export type MatchingSabotage = keyof typeof matchingSabotages;
