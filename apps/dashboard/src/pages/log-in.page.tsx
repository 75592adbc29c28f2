import { logIn } from '@firmbridge/api-client';
import { useState, type FormEvent } from 'react';
import { answerOf } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { startAnew } from '../features/session/session.js';
import { Field } from '../ui/field.js';
import { RefusalAlert } from '../ui/refusal-alert.js';

export function LogInPage() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const enter = useAction(async () => {
    await answerOf(logIn({ body: { email, password } }));
    startAnew();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.run();
  };
  return (
    <section className="panel entry-card" aria-labelledby="log-in-title">
      <h1 id="log-in-title">Log in</h1>
      <RefusalAlert refusal={enter.refusal} />
      <form className="entry-form" onSubmit={submit}>
        <Field label="E-mail address" type="email" value={email} onChange={setEmail} autoComplete="username" />
        <Field
          label="Password"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
        />
        <button type="submit" className="btn btn-primary" disabled={enter.isRunning}>
          {enter.isRunning ? 'Checking…' : 'Log in'}
        </button>
      </form>
      <p className="entry-note">
        No account yet? An administrator of your firm gives you a link. Whoever runs Firmbridge opens the address that
        it printed at its start; it ends with <code>/?token=…</code>
      </p>
    </section>
  );
}
