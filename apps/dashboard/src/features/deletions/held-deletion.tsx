import type { Deletion } from '@firmbridge/api-client';
import { useId, useState, type FormEvent } from 'react';
import { useAction } from '../../api/use-action.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { useMay } from '../session/session.js';
import { approve, reject, sentenceOf } from './deletions.js';

/** A mass deletion that waits for a person, with what each answer leads to. */
export function HeldDeletion({ deletion }: { readonly deletion: Deletion }) {
  const { deletionId, sample, records } = deletion;
  const decide = useMay('deletions.decide');
  const approving = useAction(() => approve(deletionId));
  return (
    <>
      <p className="problem-message">{sentenceOf(deletion)} Nothing was deleted here yet.</p>
      <p className="problem-facts">
        <span>
          Ids: <code>{sample.join(', ')}</code>
          {records > sample.length && ' and others'}
        </span>
      </p>
      <p className="small text-body-secondary mb-0">
        Approving deletes them here and tells every connected service; they can be brought back for 30 days. If they
        should still exist, look at the permissions of the connected account, and reject.
      </p>
      <RefusalAlert refusal={approving.refusal} />
      <div className="d-flex flex-wrap align-items-start gap-2 mt-2">
        <button
          type="button"
          className="btn btn-sm btn-outline-danger"
          title={decide.reason}
          disabled={!decide.isAllowed || approving.isRunning}
          onClick={() => approving.run()}
        >
          Approve: delete here too
        </button>
        {decide.isAllowed && <RejectForm deletionId={deletionId} />}
      </div>
    </>
  );
}

function RejectForm({ deletionId }: { readonly deletionId: string }) {
  const [reason, setReason] = useState('');
  const field = useId();
  const rejecting = useAction(() => reject(deletionId, reason));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rejecting.run();
  };
  return (
    <details>
      <summary className="small py-1">Reject: keep the records</summary>
      <form className="d-flex gap-2 mt-1" onSubmit={submit}>
        <label className="visually-hidden" htmlFor={field}>
          Why the records are kept
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
        <button type="submit" className="btn btn-sm btn-outline-secondary" disabled={rejecting.isRunning}>
          Keep them
        </button>
      </form>
      <RefusalAlert refusal={rejecting.refusal} />
    </details>
  );
}
