import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { session, startAnew } from '../session/session.js';
import { linkForFirstAdministrator, people } from './people.js';

/** For whoever runs a fresh system: nothing is shown once an administrator exists. */
export function FirstAdministrator() {
  const { value: me } = useRemote(session);
  return me?.kind === 'operator' ? <Offer /> : null;
}

function Offer() {
  const { value } = useRemote(people);
  const create = useAction(async () => startAnew(await linkForFirstAdministrator()));
  const isNeeded =
    value !== null && !value.people.some(({ roles, status }) => roles.includes('admin') && status === 'active');
  if (!isNeeded) return null;
  return (
    <div className="panel offer mb-4">
      <div>
        <strong>Nobody has an account yet.</strong> You are here by the start-up link, which changes with each start.
        Create the first administrator, who invites everybody else.
        <RefusalAlert refusal={create.refusal} />
      </div>
      <button type="button" className="btn btn-primary" disabled={create.isRunning} onClick={() => create.run()}>
        Create the first administrator
      </button>
    </div>
  );
}
