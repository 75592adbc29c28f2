import type { ApiKey } from '@firmbridge/api-client';
import { useId, useState, type FormEvent } from 'react';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { Badge } from '../../ui/badge.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Field } from '../../ui/field.js';
import { formatDay } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { SecretOnce } from '../../ui/secret-once.js';
import { Section } from '../../ui/section.js';
import { roleNames, type Role } from '../people/people.js';
import { useMay } from '../session/session.js';
import { apiKeys, makeKey, revoke } from './api-keys.js';

export function ApiKeySection() {
  const { value, refusal } = useRemote(apiKeys);
  const [secret, setSecret] = useState<string | null>(null);
  const manage = useMay('keys.manage');
  return (
    <Section title="API keys" note="for programs">
      <RefusalAlert refusal={refusal} />
      {secret !== null && (
        <SecretOnce title="Copy the key now. It is not shown again." secret={secret} onDone={() => setSecret(null)} />
      )}
      {value?.keys.length === 0 && (
        <EmptyState title="No keys">A program sends its key as “Authorization: Bearer KEY”.</EmptyState>
      )}
      {value !== null && value.keys.length > 0 && (
        <ul className="panel plain-list">
          {value.keys.map((key) => (
            <KeyItem key={key.keyId} apiKey={key} />
          ))}
        </ul>
      )}
      {manage.isAllowed ? (
        <KeyForm onCreated={setSecret} />
      ) : (
        <p className="entry-note mt-2">Only an administrator makes or revokes keys.</p>
      )}
    </Section>
  );
}

function KeyItem({ apiKey }: { readonly apiKey: ApiKey }) {
  const { keyId, name, role, permissions, expiresAt, lastUsedOn } = apiKey;
  const manage = useMay('keys.manage');
  const ending = useAction(() => revoke(keyId));
  return (
    <li>
      <div className="person-row">
        <div className="min-width-0 flex-grow-1">
          <div className="d-flex flex-wrap align-items-center gap-2">
            <strong>{name}</strong>
            <Badge tone="info">{role}</Badge>
          </div>
          <div className="problem-facts">
            {permissions !== null && <span>only {permissions.join(', ')}</span>}
            <span>{expiresAt === null ? 'until it is revoked' : `until ${formatDay(expiresAt)}`}</span>
            <span>{lastUsedOn === null ? 'never used' : `last used ${formatDay(lastUsedOn)}`}</span>
          </div>
        </div>
        <button
          type="button"
          className="btn btn-sm btn-quiet"
          title={manage.reason}
          disabled={!manage.isAllowed || ending.isRunning}
          onClick={() => window.confirm(`Revoke ${name}? Programs that use it stop at once.`) && ending.run()}
        >
          Revoke
        </button>
      </div>
      <RefusalAlert refusal={ending.refusal} />
    </li>
  );
}

function KeyForm({ onCreated }: { readonly onCreated: (secret: string) => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [lastDay, setLastDay] = useState('');
  const roleField = useId();
  const creating = useAction(async () => {
    const expiresAt = lastDay === '' ? null : new Date(`${lastDay}T23:59:59`).toISOString();
    onCreated(await makeKey({ name, role, expiresAt }));
    setName('');
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    creating.run();
  };
  return (
    <div className="panel form-panel mt-3">
      <h3>Create a key</h3>
      <form className="form-line" onSubmit={submit}>
        <Field label="What it is for" value={name} onChange={setName} />
        <div>
          <label className="form-label small mb-1" htmlFor={roleField}>
            It may do what this role may
          </label>
          <select
            id={roleField}
            className="form-select"
            value={role}
            onChange={({ target }) => setRole(roleNames.find((known) => known === target.value) ?? 'viewer')}
          >
            {roleNames.map((known) => (
              <option key={known}>{known}</option>
            ))}
          </select>
        </div>
        <Field label="Last day (none: no end)" type="date" value={lastDay} onChange={setLastDay} isRequired={false} />
        <button type="submit" className="btn btn-primary" disabled={creating.isRunning}>
          Create
        </button>
      </form>
      <RefusalAlert refusal={creating.refusal} />
    </div>
  );
}
