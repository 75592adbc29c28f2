import { AppError, type DeadLetterSelection } from '@firmbridge/contracts';

/** A decision is one transaction, and its answer is awaited. */
export const mostPerDecision = 10_000;

/** Throws for a selection of nothing in particular: it would mean every letter there is. */
export function requireSelection(selection: DeadLetterSelection): void {
  if (Object.values(selection).some((criterion) => criterion !== null)) return;
  const message = 'No message is selected: give at least one of deadLetterIds, fingerprint and queue.';
  throw new AppError('validation', 'dead_letter.no_selection', message, {
    details: { fields: Object.keys(selection) },
  });
}
