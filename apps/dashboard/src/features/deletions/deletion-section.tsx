import type { Deletion } from '@firmbridge/api-client';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { Badge } from '../../ui/badge.js';
import { EmptyState } from '../../ui/empty-state.js';
import { formatDay, formatInstant } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { useMay } from '../session/session.js';
import { deletions, deletionWords, sentenceOf, undo } from './deletions.js';
import { HeldDeletion } from './held-deletion.js';

/** What disappeared at the provider: what waits for a decision, and what can still be brought back. */
export function DeletionSection() {
  const { value, refusal } = useRemote(deletions);
  const all = value?.deletions ?? [];
  const waiting = all.filter(({ state }) => state === 'held').length;
  return (
    <Section title="Deletions" {...(waiting > 0 && { note: `${waiting} to decide on` })}>
      <RefusalAlert refusal={refusal} />
      {value && all.length === 0 && (
        <EmptyState title="Nothing has disappeared">
          Records that are deleted at the provider go here too, once a day or as soon as it tells. More than 100 or 5 %
          of a kind at once wait here for your decision first.
        </EmptyState>
      )}
      {all.length > 0 && (
        <ul className="panel plain-list">
          {all.map((deletion) => (
            <li key={deletion.deletionId}>
              {deletion.state === 'held' ? <HeldDeletion deletion={deletion} /> : <PastDeletion deletion={deletion} />}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function PastDeletion({ deletion }: { readonly deletion: Deletion }) {
  const { deletionId, state, notedAt, undoableUntil, reason } = deletion;
  const { tone, words } = deletionWords[state];
  const decide = useMay('deletions.decide');
  const undoing = useAction(() => undo(deletionId));
  return (
    <>
      <p className="problem-message">{sentenceOf(deletion)}</p>
      <p className="problem-facts">
        <Badge tone={tone}>{words}</Badge>
        {reason !== null && <span>{reason}</span>}
        <time dateTime={notedAt}>{formatInstant(notedAt)}</time>
      </p>
      <RefusalAlert refusal={undoing.refusal} />
      {undoableUntil !== null && (
        <button
          type="button"
          className="btn btn-sm btn-outline-secondary mt-2"
          title={decide.reason}
          disabled={!decide.isAllowed || undoing.isRunning}
          onClick={() => undoing.run()}
        >
          Bring back (until {formatDay(undoableUntil)})
        </button>
      )}
    </>
  );
}
