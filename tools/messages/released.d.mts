import type { MessageContract } from '@firmbridge/contracts';
import type { WireSchema } from './wire-schema.mjs';

/** The documents to release, by the name of their file without `.json`. */
export function schemaDocuments(contracts: Iterable<MessageContract>): Map<string, WireSchema>;

/** A sentence for all that the present contracts break of the released ones, and for each that was never released. */
export function compareWithReleased(
  contracts: Iterable<MessageContract>,
  released: ReadonlyMap<string, object>,
): { readonly breaking: readonly string[]; readonly unreleased: readonly string[] };
