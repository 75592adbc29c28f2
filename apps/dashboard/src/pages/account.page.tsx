import { changePassword } from '@firmbridge/api-client';
import { useState, type FormEvent } from 'react';
import { answerOf } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { Field } from '../ui/field.js';
import { RefusalAlert } from '../ui/refusal-alert.js';

/** What a person decides about the own account. */
export function AccountPage() {
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const [isDone, setDone] = useState(false);
  const change = useAction(async () => {
    setDone(false);
    await answerOf(changePassword({ body: { currentPassword, newPassword } }));
    setCurrent('');
    setNew('');
    setDone(true);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.run();
  };
  return (
    <section className="panel entry-card" aria-labelledby="password-title">
      <h1 id="password-title">Change your password</h1>
      <RefusalAlert refusal={change.refusal} />
      {isDone && (
        <p role="status" className="entry-note">
          The new password holds. Everywhere else you are logged out.
        </p>
      )}
      <form className="entry-form" onSubmit={submit}>
        <Field
          label="Current password"
          type="password"
          value={currentPassword}
          onChange={setCurrent}
          autoComplete="current-password"
        />
        <Field
          label="New password"
          type="password"
          value={newPassword}
          onChange={setNew}
          autoComplete="new-password"
          minLength={12}
          hint="At least 12 characters."
        />
        <button type="submit" className="btn btn-primary" disabled={change.isRunning}>
          {change.isRunning ? 'One moment…' : 'Change'}
        </button>
      </form>
    </section>
  );
}
