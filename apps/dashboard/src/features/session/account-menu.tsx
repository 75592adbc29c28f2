import { logOut, type WhoAmI } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { useAction } from '../../api/use-action.js';
import { startAnew } from './session.js';

/** Who is logged in, and the way out. */
export function AccountMenu({ me }: { readonly me: WhoAmI }) {
  const leave = useAction(async () => {
    await answerOf(logOut());
    startAnew();
  });
  return (
    <div className="account-menu">
      <span className="account-who" title={me.person?.email ?? 'Whoever holds the start-up link'}>
        {me.person === null ? (
          'Operator'
        ) : (
          <a className="top-link" href="/account">
            {me.person.name}
          </a>
        )}
        <small>{me.person === null ? 'start-up link' : me.person.roles.join(', ')}</small>
      </span>
      <button type="button" className="btn btn-sm btn-quiet" disabled={leave.isRunning} onClick={() => leave.run()}>
        Log out
      </button>
    </div>
  );
}
