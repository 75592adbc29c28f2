import type { Person } from '@firmbridge/api-client';
import { useState } from 'react';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { EmptyState } from '../../ui/empty-state.js';
import { formatInstant } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { SecretOnce } from '../../ui/secret-once.js';
import { Section } from '../../ui/section.js';
import { session, useMay } from '../session/session.js';
import { InviteForm } from './invite-form.js';
import { giveRoles, people, roleNames, shutOut } from './people.js';

const statuses: Readonly<Record<Person['status'], { readonly tone: Tone; readonly words: string }>> = {
  active: { tone: 'good', words: 'Active' },
  invited: { tone: 'info', words: 'Invited' },
  deactivated: { tone: 'plain', words: 'Shut out' },
};

export function PeopleSection() {
  const { value, refusal } = useRemote(people);
  const [link, setLink] = useState<string | null>(null);
  const manage = useMay('people.manage');
  return (
    <Section title="People" note="who may log in">
      <RefusalAlert refusal={refusal} />
      {link !== null && (
        <SecretOnce
          title="Hand this link to your colleague. It works once, for a day, and is not shown again."
          secret={link}
          onDone={() => setLink(null)}
        />
      )}
      {value?.people.length === 0 && (
        <EmptyState title="Nobody has an account yet">The first administrator comes in by the link above.</EmptyState>
      )}
      {value !== null && value.people.length > 0 && (
        <ul className="panel plain-list">
          {value.people.map((person) => (
            <PersonItem key={person.personId} person={person} />
          ))}
        </ul>
      )}
      {manage.isAllowed ? (
        <InviteForm onInvited={setLink} />
      ) : (
        <p className="entry-note mt-2">Only an administrator invites people or changes their roles.</p>
      )}
    </Section>
  );
}

function PersonItem({ person }: { readonly person: Person }) {
  const { personId, name, email, roles, status, lastLoginAt } = person;
  const manage = useMay('people.manage');
  const { value: me } = useRemote(session);
  const change = useAction((role: (typeof roles)[number], isGiven: boolean) =>
    giveRoles(personId, isGiven ? [...roles, role] : roles.filter((held) => held !== role)),
  );
  const out = useAction(() => shutOut(personId));
  const { tone, words } = statuses[status];
  const isMe = me?.person?.personId === personId;
  return (
    <li>
      <div className="person-row">
        <div className="min-width-0 flex-grow-1">
          <div className="d-flex flex-wrap align-items-center gap-2">
            <strong>{name}</strong>
            <Badge tone={tone}>{words}</Badge>
            {isMe && <span className="section-note">you</span>}
          </div>
          <div className="problem-facts">
            <span>{email}</span>
            <span>{lastLoginAt === null ? 'has not logged in yet' : `last here ${formatInstant(lastLoginAt)}`}</span>
          </div>
        </div>
        <fieldset className="role-boxes" disabled={!manage.isAllowed || change.isRunning} title={manage.reason}>
          <legend className="visually-hidden">Roles of {name}</legend>
          {roleNames.map((role) => (
            <label key={role} className="form-check form-check-inline">
              <input
                type="checkbox"
                className="form-check-input"
                checked={roles.includes(role)}
                disabled={roles.length === 1 && roles.includes(role)}
                onChange={({ target }) => change.run(role, target.checked)}
              />
              <span className="form-check-label">{role}</span>
            </label>
          ))}
        </fieldset>
        <button
          type="button"
          className="btn btn-sm btn-quiet"
          title={manage.reason}
          disabled={!manage.isAllowed || out.isRunning || status === 'deactivated'}
          onClick={() => window.confirm(`Shut out ${name}? Sessions and invitations end at once.`) && out.run()}
        >
          Shut out
        </button>
      </div>
      <RefusalAlert refusal={change.refusal ?? out.refusal} />
    </li>
  );
}
