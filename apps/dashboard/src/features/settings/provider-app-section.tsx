import type { ProviderApp } from '@firmbridge/api-client';
import { useState, type FormEvent } from 'react';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { Badge } from '../../ui/badge.js';
import { Field } from '../../ui/field.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { providerNames, regionNames } from '../connections/connections.js';
import { useMay } from '../session/session.js';
import { forgetApp, keepApp, providerApps } from './settings.js';

/** The developer apps by which the providers know us. */
export function ProviderAppSection() {
  const { value, refusal } = useRemote(providerApps);
  const operate = useMay('platform.operate');
  return (
    <Section title="Provider apps" note="one for each region">
      <RefusalAlert refusal={refusal} />
      <ul className="panel plain-list" aria-busy={value === null && refusal === null}>
        {value?.apps.map((app) => (
          <AppItem key={`${app.provider}-${app.region}`} app={app} canSet={operate.isAllowed} />
        ))}
      </ul>
      {!operate.isAllowed && (
        <p className="entry-note mt-2">Whoever runs the platform sets these: open the link printed at its start.</p>
      )}
    </Section>
  );
}

function AppItem({ app, canSet }: { readonly app: ProviderApp; readonly canSet: boolean }) {
  const { provider, region, source, clientId, redirectAddress, connectionCount } = app;
  const [isOpen, setIsOpen] = useState(false);
  const forgetting = useAction(() => forgetApp(app));
  const canChange = canSet && source !== 'environment';
  return (
    <li>
      <div className="person-row">
        <div className="min-width-0 flex-grow-1">
          <div className="d-flex flex-wrap align-items-center gap-2">
            <strong>
              {providerNames[provider]}
              {provider === 'clio' && `, ${regionNames[region]}`}
            </strong>
            {source === null ? (
              <Badge tone="warning">not set</Badge>
            ) : (
              <Badge tone="good">{source === 'environment' ? 'from the environment' : 'set here'}</Badge>
            )}
          </div>
          <div className="problem-facts">
            {clientId !== null && <span>id {clientId}</span>}
            {connectionCount > 0 && <span>{connectionCount} connected by it</span>}
            <span className="text-break">redirect address {redirectAddress}</span>
          </div>
        </div>
        {canChange && (
          <button
            type="button"
            className="btn btn-sm btn-quiet"
            aria-expanded={isOpen}
            onClick={() => setIsOpen(!isOpen)}
          >
            {source === null ? 'Set' : 'Change'}
          </button>
        )}
        {canChange && source === 'settings' && connectionCount === 0 && (
          <button
            type="button"
            className="btn btn-sm btn-quiet"
            disabled={forgetting.isRunning}
            onClick={() => window.confirm('Forget this app?') && forgetting.run()}
          >
            Forget
          </button>
        )}
      </div>
      {isOpen && <AppForm app={app} onDone={() => setIsOpen(false)} />}
      <RefusalAlert refusal={forgetting.refusal} />
    </li>
  );
}

function AppForm({ app, onDone }: { readonly app: ProviderApp; readonly onDone: () => void }) {
  const { provider, connectionCount } = app;
  const [clientId, setClientId] = useState(app.clientId ?? '');
  const [clientSecret, setClientSecret] = useState('');
  const [versionId, setVersionId] = useState('');
  const isOther = app.clientId !== null && clientId !== app.clientId;
  const keeping = useAction(async () => {
    const givesUpConnections = isOther && connectionCount > 0;
    await keepApp(app, { clientId, clientSecret, versionId: versionId || null, givesUpConnections });
    onDone();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const question = `${connectionCount} accounts were connected by the other app and must be connected again. Go on?`;
    if (isOther && connectionCount > 0 && !window.confirm(question)) return;
    keeping.run();
  };
  return (
    <form className="form-line mt-3" onSubmit={submit}>
      <Field label="Client id" value={clientId} onChange={setClientId} />
      <Field
        label="Client secret"
        type="password"
        autoComplete="new-password"
        value={clientSecret}
        onChange={setClientSecret}
      />
      {provider === 'ghl' && (
        <Field label="Version id (of the install link)" value={versionId} onChange={setVersionId} isRequired={false} />
      )}
      <button type="submit" className="btn btn-primary" disabled={keeping.isRunning}>
        Keep, sealed
      </button>
      <RefusalAlert refusal={keeping.refusal} />
    </form>
  );
}
