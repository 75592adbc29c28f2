import { lookAtSetup, redeemSetup, type Setup } from '@firmbridge/api-client';
import { useEffect, useState, type FormEvent } from 'react';
import { answerOf, refusalOf, type Refusal } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { startAnew } from '../features/session/session.js';
import { Field } from '../ui/field.js';
import { formatInstant } from '../ui/format.js';
import { RefusalAlert } from '../ui/refusal-alert.js';

/** Where a one-time link leads: the first administrator, or a colleague who was invited, chooses a password. */
export function SetupPage({ setupToken }: { readonly setupToken: string }) {
  const [setup, setSetup] = useState<Setup | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  useEffect(() => {
    answerOf(lookAtSetup({ body: { setupToken } })).then(setSetup, (error: unknown) => setRefusal(refusalOf(error)));
  }, [setupToken]);
  if (refusal !== null) {
    return (
      <section className="panel entry-card">
        <h1>This link does not work</h1>
        <RefusalAlert refusal={refusal} />
        <a href="/">Log in</a>
      </section>
    );
  }
  if (setup === null) return <section className="panel entry-card skeleton-card" aria-busy="true" />;
  return <SetupForm setup={setup} setupToken={setupToken} />;
}

function SetupForm({ setup, setupToken }: { readonly setup: Setup; readonly setupToken: string }) {
  const isFirst = setup.kind === 'first_administrator';
  const [firmName, setFirmName] = useState(setup.firmName ?? '');
  const [name, setName] = useState(setup.name ?? '');
  const [email, setEmail] = useState(setup.email ?? '');
  const [password, setPassword] = useState('');
  const finish = useAction(async () => {
    const own = isFirst ? { email, firmName } : {};
    await answerOf(redeemSetup({ body: { setupToken, name, password, ...own } }));
    startAnew();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    finish.run();
  };
  return (
    <section className="panel entry-card" aria-labelledby="setup-title">
      <h1 id="setup-title">
        {isFirst ? 'The first administrator' : `Welcome${setup.name === null ? '' : `, ${setup.name}`}`}
      </h1>
      <p className="entry-note">
        {isFirst
          ? 'You invite everybody else afterwards.'
          : `${setup.firmName ?? 'Your firm'} has invited you (${setup.email ?? ''}).`}{' '}
        The link works once, until {formatInstant(setup.expiresAt)}.
      </p>
      <RefusalAlert refusal={finish.refusal} />
      <form className="entry-form" onSubmit={submit}>
        {isFirst && (
          <Field label="Name of the firm" value={firmName} onChange={setFirmName} autoComplete="organization" />
        )}
        <Field label="Your name" value={name} onChange={setName} autoComplete="name" />
        {isFirst && (
          <Field label="E-mail address" type="email" value={email} onChange={setEmail} autoComplete="username" />
        )}
        <Field
          label="Password"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          minLength={12}
          hint="At least 12 characters. A few words that belong together only for you are good."
        />
        <button type="submit" className="btn btn-primary" disabled={finish.isRunning}>
          {finish.isRunning ? 'One moment…' : 'Begin'}
        </button>
      </form>
    </section>
  );
}
