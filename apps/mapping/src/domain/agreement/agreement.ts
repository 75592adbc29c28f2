import type { Policy, Side, EntityMapping, FieldMapping } from './mappings.js';
import { otherSide } from './mappings.js';
import { threeWay, type Base, type Seen } from './three-way.js';
import { isEmpty, isSame, type Value } from './values.js';

/** A write that is on its way to one side. Until its end is heard of, nothing is decided about the field. */
export interface Sent {
  readonly writeId: string;
  readonly to: Side;
  readonly value: Value;
  /** What counts as agreed afterwards; absent: what was written, and what the other side made of it. */
  readonly baseAfter?: Base | null;
}

/** How one field of a pair of records stands. */
export interface FieldAgreement {
  readonly base: Base | null;
  readonly sent: Sent | null;
  /** What a side would not take is not offered to it again. */
  readonly refused: { readonly to: Side; readonly value: Value } | null;
}

export type Fields = Readonly<Record<string, FieldAgreement>>;
/** What is known of a record, by field; absent where it does not say. */
export type Copy = Readonly<Record<string, Seen>>;
export type Copies = Readonly<Record<Side, Copy>>;

const untouched: FieldAgreement = { base: null, sent: null, refused: null };
export const fieldOf = (fields: Fields, field: string): FieldAgreement => fields[field] ?? untouched;

/** Both sides changed a field. By whom it was decided: a policy, or nobody yet. */
export interface Contest {
  readonly field: string;
  readonly base: Base | null;
  readonly clio: Seen;
  readonly ghl: Seen;
  readonly policy: Policy;
  /** Whose value counts; null where a person is asked. */
  readonly take: Side | null;
}

export interface Plan {
  readonly fields: Fields;
  /** What is to be written, by side and field. */
  readonly writes: Readonly<Record<Side, Readonly<Record<string, Value>>>>;
  readonly contests: readonly Contest[];
  /** Fields about which there is nothing to ask any more. */
  readonly settled: readonly string[];
}

export interface Circumstances {
  readonly policyOf: (field: FieldMapping) => Policy;
  /** Under which a write to each side goes. */
  readonly writeIds: Readonly<Record<Side, string>>;
}

/** What follows from what both sides have. Planning twice with nothing new between writes nothing twice. */
export function plan(
  { fields: mapped }: EntityMapping,
  fields: Fields,
  copies: Copies,
  { policyOf, writeIds }: Circumstances,
): Plan {
  const next: Record<string, FieldAgreement> = { ...fields };
  const writes: Record<Side, Record<string, Value>> = { clio: {}, ghl: {} };
  const contests: Contest[] = [];
  const settled: string[] = [];
  for (const mapping of mapped) {
    const { field, kind } = mapping;
    const [clio, ghl, known] = [copies.clio[field], copies.ghl[field], fieldOf(fields, field)];
    if (clio === undefined || ghl === undefined || known.sent !== null) continue;
    const policy = policyOf(mapping);
    const verdict = threeWay(kind, policy, { base: known.base, clio, ghl });
    if (verdict.is === 'agreed') {
      next[field] = { ...untouched, base: { clio: clio.value, ghl: ghl.value } };
      settled.push(field);
    }
    if (verdict.is === 'unchanged') settled.push(field);
    if (verdict.is === 'contested') contests.push({ field, base: known.base, clio, ghl, policy, take: null });
    if (verdict.is !== 'follows') continue;
    const { side, from, isContested } = verdict;
    const { value } = from === 'clio' ? clio : ghl;
    if (known.refused?.to === side && isSame(kind, known.refused.value, value)) continue;
    writes[side][field] = value;
    next[field] = { ...known, sent: { writeId: writeIds[side], to: side, value }, refused: null };
    if (isContested) contests.push({ field, base: known.base, clio, ghl, policy, take: from });
    else settled.push(field);
  }
  return { fields: next, writes, contests, settled };
}

/** A record of GHL was made of what Clio has: both agree on that, in whatever spelling GHL has kept it. */
export function begin({ fields: mapped }: EntityMapping, fields: Fields, { clio, ghl }: Copies): Fields {
  const begun = mapped.flatMap(({ field, kind }) => {
    const [own, other, known] = [clio[field], ghl[field], fieldOf(fields, field)];
    if (own === undefined || other === undefined || known.base !== null || isEmpty(kind, own.value)) return [];
    return [[field, { ...known, base: { clio: own.value, ghl: other.value } }] as const];
  });
  return { ...fields, ...Object.fromEntries(begun) };
}

/** What one side has is written to the other, whatever the policy is: somebody has decided. */
export function force(fields: Fields, field: string, sent: Sent): Fields {
  return { ...fields, [field]: { ...fieldOf(fields, field), sent, refused: null } };
}

/** A write ended well: what the side made of our value, as its answer says, is what both agree on. */
export function confirm(fields: Fields, writeId: string, answer: Copy): Fields {
  return whereSent(fields, writeId, (known, sent, field) => {
    const agreed = { [sent.to]: answer[field]?.value ?? sent.value, [otherSide(sent.to)]: sent.value } as Base;
    return { base: sent.baseAfter === undefined ? agreed : sent.baseAfter, sent: null, refused: null };
  });
}

/** A side would not take it: it is not tried again by itself. */
export function refuse(fields: Fields, writeId: string): Fields {
  return whereSent(fields, writeId, (known, { to, value }) => ({ ...known, sent: null, refused: { to, value } }));
}

/** Nothing was written, and nothing speaks against trying again. */
export function takeBack(fields: Fields, writeId: string): Fields {
  return whereSent(fields, writeId, (known) => ({ ...known, sent: null }));
}

export function fieldsSentBy(fields: Fields, writeId: string): string[] {
  return Object.entries(fields).flatMap(([field, { sent }]) => (sent?.writeId === writeId ? [field] : []));
}

function whereSent(
  fields: Fields,
  writeId: string,
  next: (known: FieldAgreement, sent: Sent, field: string) => FieldAgreement,
): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([field, known]) => [
      field,
      known.sent?.writeId === writeId ? next(known, known.sent, field) : known,
    ]),
  );
}
