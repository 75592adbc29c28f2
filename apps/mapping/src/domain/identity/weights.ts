/**
 * How much a comparison tells, after Fellegi and Sunter: `m` is how often it comes out like this for one and the same contact, `u`
 * how often for two that have nothing to do with each other. Its weight is log2(m / u) bits; weights add up.
 */
export interface Level {
  readonly m: number;
  readonly u: number;
  /** For the person who decides. */
  readonly says: string;
  /** Never linked without a person, whatever else agrees. */
  readonly contradicts?: true;
  /** People who live or work together have it in common: see `householdLimit`. */
  readonly household?: true;
  /** Nobody is linked without a person on names alone: it takes one of these. `undoubted`: and nothing that `doubts`. */
  readonly decides?: 'always' | 'undoubted';
  readonly doubts?: true;
}

/** Of the candidates that share a key with a record, so many turn out to be it. */
export const prior = 1 / 10_000;

/** What a household or an office has in common counts so many bits at most, taken together. */
export const householdLimit = 12;

export const personWeights = {
  surname: {
    // The frequency of the very surname takes the place of u.
    same: { m: 0.88, u: 0.0003, says: 'same surname' },
    similar: { m: 0.05, u: 0.002, says: 'similar surname', doubts: true },
    other: { m: 0.07, u: 0.99, says: 'other surname' },
  },
  given: {
    same: { m: 0.78, u: 0.012, says: 'same first name' },
    nickname: { m: 0.1, u: 0.004, says: 'one first name is short for the other' },
    initial: { m: 0.04, u: 0.05, says: 'same initial', doubts: true },
    similar: { m: 0.05, u: 0.004, says: 'similar first name', doubts: true },
    other: { m: 0.01, u: 0.94, says: 'other first name', contradicts: true },
  },
  names: { swapped: { m: 0.01, u: 0.000_01, says: 'first name and surname swapped' } },
  suffix: {
    same: { m: 0.9, u: 0.3, says: 'same suffix to the name' },
    oneSided: { m: 0.1, u: 0.15, says: 'only one has a suffix to the name (Jr., Sr.)', contradicts: true },
    other: { m: 0.005, u: 0.5, says: 'other suffix to the name (Jr., Sr.)', contradicts: true },
  },
  dateOfBirth: {
    same: { m: 0.95, u: 0.000_05, says: 'same date of birth', decides: 'undoubted' },
    similar: { m: 0.03, u: 0.002, says: 'date of birth differs in a digit' },
    other: { m: 0.02, u: 0.998, says: 'other date of birth', contradicts: true },
  },
  email: {
    // A mailbox of one's own is as good as a name.
    same: { m: 0.6, u: 0.000_000_5, says: 'same e-mail', decides: 'always' },
    spelled: { m: 0.04, u: 0.000_04, says: 'same e-mail but for dots or a tag' },
    similar: { m: 0.03, u: 0.000_06, says: 'similar e-mail' },
    role: { m: 0.05, u: 0.004, says: 'same e-mail of an office', household: true },
    shared: { m: 0.1, u: 0.002, says: 'same e-mail, which several contacts have', household: true },
    // Two mailboxes on one phone may be a father and a son of the same name.
    other: { m: 0.35, u: 0.999, says: 'other e-mail', doubts: true },
  },
  phone: {
    same: { m: 0.6, u: 0.0003, says: 'same phone', household: true, decides: 'undoubted' },
    shared: { m: 0.2, u: 0.01, says: 'same phone, which several contacts have', household: true },
    other: { m: 0.35, u: 0.999, says: 'other phone' },
  },
  address: {
    same: { m: 0.5, u: 0.0006, says: 'same address', household: true },
    area: { m: 0.2, u: 0.02, says: 'same postal code', household: true },
    other: { m: 0.3, u: 0.98, says: 'other address' },
  },
  company: {
    same: { m: 0.5, u: 0.005, says: 'same company', household: true },
    other: { m: 0.25, u: 0.98, says: 'other company' },
  },
} as const satisfies Record<string, Record<string, Level>>;

export const companyWeights = {
  company: {
    same: { m: 0.85, u: 0.0002, says: 'same name' },
    similar: { m: 0.1, u: 0.001, says: 'similar name' },
    other: { m: 0.05, u: 0.99, says: 'other name', contradicts: true },
  },
  email: {
    same: { m: 0.5, u: 0.0003, says: 'same e-mail', decides: 'always' },
    domain: { m: 0.2, u: 0.002, says: 'same e-mail domain', decides: 'always' },
    other: { m: 0.3, u: 0.99, says: 'other e-mail' },
  },
  phone: {
    same: { m: 0.6, u: 0.001, says: 'same phone', decides: 'always' },
    shared: { m: 0.2, u: 0.01, says: 'same phone, which several contacts have' },
    other: { m: 0.4, u: 0.999, says: 'other phone' },
  },
  address: {
    same: { m: 0.5, u: 0.003, says: 'same address' },
    area: { m: 0.2, u: 0.02, says: 'same postal code' },
    other: { m: 0.3, u: 0.98, says: 'other address' },
  },
} as const satisfies Record<string, Record<string, Level>>;

export function bitsOf({ m, u }: Pick<Level, 'm' | 'u'>): number {
  return Math.log2(m / u);
}

/** A provider's opinion that two are one: it decides by one shared address, so it is worth little beside what we compare ourselves. */
export const opinionBits = { same: 1, otherKind: -12 };
