import type { Erasure } from '@firmbridge/api-client';
import { useState, type FormEvent } from 'react';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { Field } from '../../ui/field.js';
import { formatDay } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { eraseFirm, erasures } from './settings.js';

/** The end of a firm: asked for by its name, and how far it is. */
export function ErasureSection({ firmName }: { readonly firmName: string | null }) {
  const { value, refusal } = useRemote(erasures);
  const [confirmation, setConfirmation] = useState('');
  const erasing = useAction(async () => {
    await eraseFirm(confirmation);
    setConfirmation('');
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (window.confirm('Erase the firm with everything it has here? This cannot be undone.')) erasing.run();
  };
  return (
    <Section title="Erase the firm">
      <RefusalAlert refusal={refusal} />
      {value?.erasures.map((erasure) => (
        <p key={erasure.erasureId} className="panel form-panel">
          {wordsOf(erasure)}
        </p>
      ))}
      <div className="panel form-panel">
        <p>
          All accounts are disconnected, every service destroys its key and its records of the firm, and nobody of it
          can log in any more. The record of it then names the backups that still hold something, and until when.
        </p>
        <form className="form-line" onSubmit={submit}>
          <Field
            label={firmName === null ? 'The name of the firm' : `Type “${firmName}” to confirm`}
            value={confirmation}
            onChange={setConfirmation}
          />
          <button
            type="submit"
            className="btn btn-outline-danger"
            disabled={erasing.isRunning || confirmation === '' || (firmName !== null && confirmation !== firmName)}
          >
            Erase for good
          </button>
        </form>
        <RefusalAlert refusal={erasing.refusal} />
      </div>
    </Section>
  );
}

function wordsOf({ state, requestedAt, connectionsLeft, missing, remains }: Erasure): string {
  const asked = `Asked for on ${formatDay(requestedAt)}.`;
  if (state === 'disconnecting') return `${asked} ${connectionsLeft} connections have to end first.`;
  if (state === 'erasing') return `${asked} Waiting for ${missing.join(', ')}.`;
  if (state === 'closing') return `${asked} What is left is being erased.`;
  return `${asked} Done; ${remains.map(({ what }) => what).join(' ')}`;
}
