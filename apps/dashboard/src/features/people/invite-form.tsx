import { useId, useState, type FormEvent } from 'react';
import { useAction } from '../../api/use-action.js';
import { Field } from '../../ui/field.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { invite, roleNames, roleWords, type Role } from './people.js';

/** For a colleague, and again for one whose link is over or whose password is forgotten. */
export function InviteForm({ onInvited }: { readonly onInvited: (link: string) => void }) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const roleField = useId();
  const inviting = useAction(async () => {
    onInvited(await invite({ email, name, roles: [role] }));
    setEmail('');
    setName('');
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    inviting.run();
  };
  return (
    <div className="panel form-panel mt-3">
      <h3>Invite somebody</h3>
      <form className="form-line" onSubmit={submit}>
        <Field label="Name" value={name} onChange={setName} />
        <Field label="E-mail address" type="email" value={email} onChange={setEmail} />
        <div>
          <label className="form-label small mb-1" htmlFor={roleField}>
            Role
          </label>
          <select
            id={roleField}
            className="form-select"
            value={role}
            onChange={({ target }) => setRole(roleNames.find((known) => known === target.value) ?? 'viewer')}
          >
            {roleNames.map((known) => (
              <option key={known} value={known}>
                {known}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" className="btn btn-primary" disabled={inviting.isRunning}>
          Invite
        </button>
      </form>
      <p className="form-text mb-0">
        {role}: {roleWords[role]}.
      </p>
      <RefusalAlert refusal={inviting.refusal} />
    </div>
  );
}
