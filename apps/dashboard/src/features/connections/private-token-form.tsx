import { addPrivateToken } from '@firmbridge/api-client';
import { useId, useState, type FormEvent } from 'react';
import { answerOf } from '../../api/problem.js';
import { useAction } from '../../api/use-action.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { connections } from './connections.js';

/** For locations without the marketplace app: the token a person made in GoHighLevel's settings. */
export function PrivateTokenForm({ locationId }: { readonly locationId: string | null }) {
  const [location, setLocation] = useState(locationId ?? '');
  const [token, setToken] = useState('');
  const locationField = useId();
  const tokenField = useId();
  const add = useAction(async () => {
    await answerOf(addPrivateToken({ body: { locationId: location, token } }));
    setToken('');
    await connections.refresh();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.run();
  };
  return (
    <details open={locationId !== null}>
      <summary className="small">Use a private integration token</summary>
      <form className="row g-2 mt-1" onSubmit={submit}>
        <div className="col-12 col-sm-6">
          <label className="form-label small mb-1" htmlFor={locationField}>
            Location id
          </label>
          <input
            id={locationField}
            className="form-control form-control-sm"
            value={location}
            onChange={({ target }) => setLocation(target.value)}
            autoComplete="off"
            required
          />
        </div>
        <div className="col-12 col-sm-6">
          <label className="form-label small mb-1" htmlFor={tokenField}>
            Token
          </label>
          <input
            id={tokenField}
            className="form-control form-control-sm"
            type="password"
            value={token}
            onChange={({ target }) => setToken(target.value)}
            autoComplete="off"
            required
          />
        </div>
        <div className="col-12">
          <button type="submit" className="btn btn-sm btn-outline-primary" disabled={add.isRunning}>
            Connect with the token
          </button>
        </div>
      </form>
      <RefusalAlert refusal={add.refusal} />
    </details>
  );
}
