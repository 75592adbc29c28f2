import { mappingOf, type Side } from '../../domain/agreement/mappings.js';
import type { Value } from '../../domain/agreement/values.js';
import { changesFor } from '../../domain/agreement/wording.js';
import type { StoredAgreement } from '../../persistence/agreement.repository.js';
import type { StoredCopies } from '../../persistence/record-copy.repository.js';
import type { IntendedChange } from './agreement-messages.js';

interface Write {
  readonly writeId: string;
  readonly fields: Readonly<Record<string, Value>>;
}

/** A write to one record of a pair, for the record as it is known. */
export function changeOf(agreement: StoredAgreement, side: Side, write: Write, copies: StoredCopies): IntendedChange {
  const mapping = mappingOf(agreement.entityType);
  const key = { ...agreement[side], resource: mapping.resource[side] };
  const copy = copies.of(key);
  return {
    ...key,
    writeId: write.writeId,
    changes: changesFor(side, mapping, write.fields, copy?.fields ?? {}),
    etag: copy?.etag ?? null,
    revision: copy?.revision ?? null,
  };
}
