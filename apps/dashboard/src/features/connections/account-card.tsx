import type { Connection } from '@firmbridge/api-client';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { formatDay } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { BudgetGauge } from '../budget/budget-gauge.js';
import { useMay } from '../session/session.js';
import { providerNames, regionNames } from './connections.js';
import { disconnect, disconnections, endingWords } from './disconnections.js';
import { PrivateTokenForm } from './private-token-form.js';
import { ProviderMark } from './provider-mark.js';
import { useSignIn } from './use-sign-in.js';

const statuses: Readonly<Record<Connection['status'], { readonly tone: Tone; readonly words: string }>> = {
  active: { tone: 'good', words: 'Connected' },
  reauthorization_required: { tone: 'warning', words: 'Reconnect needed' },
  disconnected: { tone: 'plain', words: 'Disconnected' },
};

const questionAbout = (name: string) =>
  `Disconnect ${name}? Its syncing stops and its access is revoked. What was synced stays.`;

export function AccountCard({ connection }: { readonly connection: Connection }) {
  const { connectionId, provider, region, accountName, status, credential, establishedAt } = connection;
  const signIn = useSignIn();
  const manage = useMay('connections.manage');
  const leave = useAction(() => disconnect(connectionId));
  const { value: endings } = useRemote(disconnections);
  const ending = endings?.disconnections.find((one) => one.connectionId === connectionId && one.state !== 'done');
  const { tone, words } = ending === undefined ? statuses[status] : { tone: 'plain' as const, words: 'Disconnecting' };
  const needsPerson = status === 'reauthorization_required' && ending === undefined;
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
        <span className="me-auto">
          {regionNames[region]}
          {credential === 'private_token' && ' · private token'} · since {formatDay(establishedAt)}
        </span>
        {credential === 'oauth' && ending === undefined && (
          <button
            type="button"
            className={`btn btn-sm ${needsPerson ? 'btn-warning' : 'btn-quiet'}`}
            title={manage.reason}
            disabled={!manage.isAllowed || signIn.isRunning}
            onClick={() => signIn.run(provider, region, connectionId)}
          >
            Reconnect
          </button>
        )}
        {ending === undefined && status !== 'disconnected' && (
          <button
            type="button"
            className="btn btn-sm btn-quiet"
            title={manage.reason}
            disabled={!manage.isAllowed || leave.isRunning}
            onClick={() => window.confirm(questionAbout(accountName)) && leave.run()}
          >
            Disconnect
          </button>
        )}
      </div>
      {ending !== undefined && <p className="account-step mb-0">{endingWords(ending)}</p>}
      {status === 'active' && ending === undefined && <BudgetGauge connectionId={connection.connectionId} />}
      {needsPerson && manage.isAllowed && credential === 'private_token' && (
        <PrivateTokenForm locationId={connection.accountId} />
      )}
      <RefusalAlert refusal={signIn.refusal ?? leave.refusal} />
    </article>
  );
}
