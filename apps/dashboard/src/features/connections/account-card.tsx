import type { Connection } from '@firmbridge/api-client';
import { Badge, type Tone } from '../../ui/badge.js';
import { formatDay } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { providerNames, regionNames } from './connections.js';
import { PrivateTokenForm } from './private-token-form.js';
import { ProviderMark } from './provider-mark.js';
import { useSignIn } from './use-sign-in.js';

const statuses: Readonly<Record<Connection['status'], { readonly tone: Tone; readonly words: string }>> = {
  active: { tone: 'good', words: 'Connected' },
  reauthorization_required: { tone: 'warning', words: 'Reconnect needed' },
  disconnected: { tone: 'plain', words: 'Disconnected' },
};

export function AccountCard({ connection }: { readonly connection: Connection }) {
  const { provider, region, accountName, status, credential, establishedAt } = connection;
  const signIn = useSignIn();
  const { tone, words } = statuses[status];
  const needsPerson = status !== 'active';
  return (
    <article className="panel account-card" aria-label={`${providerNames[provider]}: ${accountName}`}>
      <div className="d-flex align-items-center gap-3">
        <ProviderMark provider={provider} />
        <div className="flex-grow-1 min-width-0">
          <div className="account-provider">
            {providerNames[provider]}
            <Badge tone={tone}>{words}</Badge>
          </div>
          <div className="account-name text-truncate" title={accountName}>
            {accountName}
          </div>
        </div>
      </div>
      <div className="account-foot">
        <span>
          {regionNames[region]}
          {credential === 'private_token' && ' · private token'} · since {formatDay(establishedAt)}
        </span>
        {credential === 'oauth' && (
          <button
            type="button"
            className={`btn btn-sm ms-auto ${needsPerson ? 'btn-warning' : 'btn-quiet'}`}
            disabled={signIn.isRunning}
            onClick={() => signIn.run(provider, region)}
          >
            Reconnect
          </button>
        )}
      </div>
      {needsPerson && credential === 'private_token' && <PrivateTokenForm locationId={connection.accountId} />}
      <RefusalAlert refusal={signIn.refusal} />
    </article>
  );
}
