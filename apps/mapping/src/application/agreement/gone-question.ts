import type { Side } from '../../domain/agreement/mappings.js';
import type { Halt, StoredAgreement } from '../../persistence/agreement.repository.js';
import { wholePair, type NewConflict } from '../../persistence/conflict.repository.js';

const names = { clio: 'Clio', ghl: 'GoHighLevel' };

export const goneOn = (side: Side): Halt => `${side}_gone`;

/** What a person is told of a pair that rests because a record is gone; null where none is. */
export function goneQuestion({ agreementId, halted }: StoredAgreement): NewConflict | null {
  const side = (['clio', 'ghl'] as const).find((each) => halted.includes(goneOn(each)));
  if (side === undefined) return null;
  const reason =
    `The record in ${names[side]} was deleted, or merged into another one. The one on the other side stays as it is and is ` +
    'no longer kept in step. Restore it there to go on, or leave it so.';
  return {
    ...{ agreementId, field: wholePair, kind: 'gone', reason, policy: null },
    ...{ base: null, clio: null, ghl: null, decision: null, decidedBy: null },
  };
}
