import { useId, useState } from 'react';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { useMay } from '../session/session.js';
import { providerNames, regionNames, type Provider, type Region } from './connections.js';
import { PrivateTokenForm } from './private-token-form.js';
import { ProviderMark } from './provider-mark.js';
import { useSignIn } from './use-sign-in.js';

const clioRegions = ['us', 'eu', 'ca', 'au'] as const satisfies readonly Region[];

const firstSteps: Readonly<Record<Provider, string>> = {
  clio: 'Sign in to the firm’s account. Contacts, matters, bills and the rest are then read from it, starting at once.',
  ghl: 'Sign in to the firm’s location. Contacts of the firm then appear and stay up to date there.',
};

/** The empty side of a bridge: how to fill it. */
export function ConnectCard({ provider }: { readonly provider: Provider }) {
  const signIn = useSignIn();
  const manage = useMay('connections.manage');
  const [region, setRegion] = useState<Region>(provider === 'clio' ? 'us' : 'global');
  const regionId = useId();
  return (
    <article className="panel account-card account-missing" aria-label={`${providerNames[provider]}: not connected`}>
      <div className="d-flex align-items-center gap-3">
        <ProviderMark provider={provider} />
        <div>
          <div className="account-provider">Not connected</div>
          <div className="account-name">{providerNames[provider]}</div>
        </div>
      </div>
      <p className="account-step">{firstSteps[provider]}</p>
      <div className="d-flex flex-wrap gap-2">
        {provider === 'clio' && (
          <>
            <label className="visually-hidden" htmlFor={regionId}>
              Region of the Clio account
            </label>
            <select
              id={regionId}
              className="form-select form-select-sm w-auto"
              value={region}
              onChange={({ target }) => setRegion(clioRegions.find((name) => name === target.value) ?? 'us')}
            >
              {clioRegions.map((name) => (
                <option key={name} value={name}>
                  {regionNames[name]}
                </option>
              ))}
            </select>
          </>
        )}
        <button
          type="button"
          className="btn btn-sm btn-primary"
          title={manage.reason}
          disabled={!manage.isAllowed || signIn.isRunning}
          onClick={() => signIn.run(provider, region, null)}
        >
          Connect {providerNames[provider]}
        </button>
      </div>
      {provider === 'ghl' && manage.isAllowed && <PrivateTokenForm locationId={null} />}
      <RefusalAlert refusal={signIn.refusal} />
    </article>
  );
}
