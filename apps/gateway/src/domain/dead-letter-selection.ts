import { AppError, type DeadLetterSelection } from '@firmbridge/contracts';

type Criteria = { readonly [Name in keyof DeadLetterSelection]?: DeadLetterSelection[Name] | undefined };

/** Refuses a selection that names nothing: it would mean every letter there is. */
export function selectionOf({ deadLetterIds, fingerprint, queue }: Criteria): DeadLetterSelection {
  const selection = {
    deadLetterIds: deadLetterIds ?? null,
    fingerprint: fingerprint ?? null,
    queue: queue ?? null,
  };
  if (Object.values(selection).some((criterion) => criterion !== null)) return selection;
  const message = 'No message is selected: give at least one of deadLetterIds, fingerprint and queue.';
  throw new AppError('validation', 'dead_letter.no_selection', message, {
    details: { fields: Object.keys(selection) },
  });
}
