import { errorKinds } from '@firmbridge/contracts';

const adviceByEnding: Readonly<Record<string, string>> = {
  record_malformed: 'The record was set aside; correct it at the provider and the next sync takes it up.',
  page_malformed: errorKinds.malformed.advice,
  page_failed: 'All other resources went on; start a sync to try this one again.',
  deletion_held: 'Compare with the provider, then approve or reject the deletion under Deletions.',
  sweep_incomplete: 'Nothing was deleted; the next sweep looks again.',
  write_refused:
    'Look at the recorded call for what the other side refused, correct the record and it is written again.',
  write_unknown: errorKinds.unknown_outcome.advice,
  link_taken: 'Two entities claim one record; merge them at the provider.',
  circuit_open: 'The provider is failing; calls go on by themselves when it answers again.',
};

/** What a person should do about a problem, by the part of its code after the provider or service. */
export function adviceFor(code: string): string {
  const ending = code.slice(code.indexOf('.') + 1);
  const known = adviceByEnding[ending] ?? Object.entries(errorKinds).find(([kind]) => kind === ending)?.[1].advice;
  return known ?? 'Look at the calls around it; if they tell nothing, report it with the correlation id.';
}
