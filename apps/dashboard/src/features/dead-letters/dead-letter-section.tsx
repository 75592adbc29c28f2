import type { DeadLetterGroup } from '@firmbridge/api-client';
import { useId, useState, type FormEvent } from 'react';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { formatInstant, formatMany } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { useMay } from '../session/session.js';
import { deadLetterGroups, discard, tryAgain } from './dead-letters.js';

/** Work that was set aside and waits for a person; not there while there is none, which is nearly always. */
export function DeadLetterSection() {
  const { value } = useRemote(deadLetterGroups);
  const groups = value?.groups ?? [];
  if (groups.length === 0) return null;
  const waiting = groups.reduce((sum, { count }) => sum + count, 0);
  return (
    <Section title="Set aside" note={`${formatMany(waiting, 'message')} to decide on`}>
      <ul className="panel plain-list">
        {groups.map((group) => (
          <GroupItem key={group.fingerprint} group={group} />
        ))}
      </ul>
    </Section>
  );
}

function GroupItem({ group }: { readonly group: DeadLetterGroup }) {
  const { fingerprint, cause, count, errorCode, queue, type, lastFailedAt } = group;
  const decide = useMay('dead-letters.decide');
  const again = useAction(() => tryAgain(fingerprint));
  return (
    <li>
      <div className="d-flex align-items-baseline gap-2">
        <p className="problem-message">{cause}</p>
        {count > 1 && <span className="problem-count">{count}×</span>}
      </div>
      <p className="problem-facts">
        <code>{errorCode}</code>
        <span>{type?.replace(/^firmbridge\./, '') ?? 'unreadable'}</span>
        <span>in {queue}</span>
        <time dateTime={lastFailedAt}>{formatInstant(lastFailedAt)}</time>
      </p>
      <RefusalAlert refusal={again.refusal} />
      <div className="d-flex flex-wrap align-items-start gap-2 mt-2">
        <button
          type="button"
          className="btn btn-sm btn-outline-primary"
          title={decide.reason}
          disabled={!decide.isAllowed || again.isRunning}
          onClick={() => again.run()}
        >
          Try {count > 1 ? 'them' : 'it'} again
        </button>
        {decide.isAllowed && <DiscardForm fingerprint={fingerprint} count={count} />}
      </div>
    </li>
  );
}

function DiscardForm({ fingerprint, count }: { readonly fingerprint: string; readonly count: number }) {
  const [reason, setReason] = useState('');
  const field = useId();
  const discarding = useAction(() => discard(fingerprint, reason));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    discarding.run();
  };
  return (
    <details>
      <summary className="small py-1">Not needed any more</summary>
      <form className="d-flex gap-2 mt-1" onSubmit={submit}>
        <label className="visually-hidden" htmlFor={field}>
          Why {count > 1 ? 'they are' : 'it is'} not needed
        </label>
        <input
          id={field}
          className="form-control form-control-sm"
          placeholder="Why? It stays on record."
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          maxLength={500}
          required
        />
        <button type="submit" className="btn btn-sm btn-outline-secondary" disabled={discarding.isRunning}>
          Discard
        </button>
      </form>
      <RefusalAlert refusal={discarding.refusal} />
    </details>
  );
}
