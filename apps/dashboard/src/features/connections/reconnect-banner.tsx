import type { Connection } from '@firmbridge/api-client';
import { useRemote } from '../../api/remote-value.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { useMay } from '../session/session.js';
import { connections, providerNames } from './connections.js';
import { useSignIn } from './use-sign-in.js';

/** Stands above everything while an account waits for a person. */
export function ReconnectBanner() {
  const { value } = useRemote(connections);
  const dead = value?.connections.filter(({ status }) => status === 'reauthorization_required') ?? [];
  return dead.map((connection) => <DeadConnection key={connection.connectionId} connection={connection} />);
}

function DeadConnection({ connection }: { readonly connection: Connection }) {
  const { connectionId, provider, region, accountName, credential } = connection;
  const signIn = useSignIn();
  const manage = useMay('connections.manage');
  return (
    <div className="reconnect-banner" role="alert">
      <div className="flex-grow-1">
        <strong>
          {providerNames[provider]} no longer lets Firmbridge in for {accountName}.
        </strong>{' '}
        {credential === 'oauth'
          ? 'Syncing waits and goes on by itself, with everything that changed meanwhile, once the account is connected again.'
          : 'Enter a new private integration token below; syncing then goes on by itself.'}
        {!manage.isAllowed && ' An administrator of your firm can do that.'}
      </div>
      {credential === 'oauth' && manage.isAllowed && (
        <button
          type="button"
          className="btn btn-warning"
          disabled={signIn.isRunning}
          onClick={() => signIn.run(provider, region, connectionId)}
        >
          Reconnect {providerNames[provider]}
        </button>
      )}
      <RefusalAlert refusal={signIn.refusal} />
    </div>
  );
}
