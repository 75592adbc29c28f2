import { otherSide, type Policy, type Side } from './mappings.js';
import { isSame, lengthOf, type FieldKind, type Value } from './values.js';

/** What one side had when it was last looked at. */
export interface Seen {
  readonly value: Value;
  /** When the record that has it was changed, as its provider says; of the first copy with this value. */
  readonly at: string;
  /** Who changed it, where that is known. */
  readonly by: string | null;
  /** The provider's id of the row that holds it. */
  readonly row?: string;
}

/** What both had when they last agreed, each in its own spelling: what a provider made of our value is not a change of it. */
export type Base = Readonly<Record<Side, Value>>;

export interface FieldStates {
  readonly base: Base | null;
  readonly clio: Seen;
  readonly ghl: Seen;
}

export type Verdict =
  /** Both mean the same. */
  | { readonly is: 'agreed' }
  /** Neither moved since they agreed, in different spellings. */
  | { readonly is: 'unchanged' }
  /** One moved; or both did, and a policy says which one counts. */
  | { readonly is: 'follows'; readonly side: Side; readonly from: Side; readonly isContested: boolean }
  | { readonly is: 'contested' };

/**
 * Three-way merge of one field. Without a base, because both were there before they were linked, what one side lacks comes from the
 * other, and what differs is contested.
 */
export function threeWay(kind: FieldKind, policy: Policy, { base, clio, ghl }: FieldStates): Verdict {
  if (isSame(kind, clio.value, ghl.value)) return { is: 'agreed' };
  const hasMoved = ({ value }: Seen, before: Value) => !isSame(kind, value, before);
  const clioMoved = hasMoved(clio, base?.clio ?? null);
  const ghlMoved = hasMoved(ghl, base?.ghl ?? null);
  if (!clioMoved && !ghlMoved) return { is: 'unchanged' };
  if (clioMoved !== ghlMoved) return following(clioMoved ? 'clio' : 'ghl', false);
  const winner = winnerOf(kind, policy, { clio, ghl });
  return winner === null ? { is: 'contested' } : following(winner, true);
}

function following(from: Side, isContested: boolean): Verdict {
  return { is: 'follows', side: otherSide(from), from, isContested };
}

/** Null where the policy is to ask, or does not tell. */
function winnerOf(kind: FieldKind, policy: Policy, { clio, ghl }: Readonly<Record<Side, Seen>>): Side | null {
  switch (policy) {
    case 'clio':
    case 'ghl':
      return policy;
    case 'newest':
      return larger(Date.parse(clio.at), Date.parse(ghl.at));
    case 'longest':
      return larger(lengthOf(kind, clio.value), lengthOf(kind, ghl.value));
    case 'ask':
      return null;
  }
}

function larger(clio: number, ghl: number): Side | null {
  if (clio > ghl) return 'clio';
  return ghl > clio ? 'ghl' : null;
}
