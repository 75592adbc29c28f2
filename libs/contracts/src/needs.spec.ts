import {
  contractsByType,
  isPermission,
  mayDo,
  requireNeeds,
  roles,
  systemActor,
  type Actor,
  type MessageContract,
} from './index.js';

const everybody = 'viewer operator admin auditor';
const readers = 'operator admin auditor';
const deciders = 'operator admin';

/** Every command and query, and who may: roles, or the parts of the system alone. */
const mayUse: Readonly<Record<string, string>> = {
  'audit-log.discard-dead-letters.v1': deciders,
  'audit-log.edit-dead-letter.v1': deciders,
  'audit-log.get-dead-letter.v1': readers,
  'audit-log.group-dead-letters.v1': readers,
  'audit-log.resend-dead-letters.v1': deciders,
  'audit-log.search-dead-letters.v1': readers,
  'audit-log.search-problems.v1': everybody,
  'audit-log.search-transactions.v1': readers,
  'auth.add-private-token.v1': 'admin',
  'auth.begin-authorization.v1': 'admin',
  'auth.change-password.v1': everybody,
  'auth.change-roles.v1': 'admin',
  'auth.check-api-key.v1': 'only gateway',
  'auth.check-session.v1': 'only gateway',
  'auth.connect-agency-location.v1': 'admin',
  'auth.create-api-key.v1': 'admin',
  'auth.create-pairing.v1': 'admin',
  'auth.create-setup-link.v1': 'startup-token',
  'auth.deactivate-person.v1': 'admin',
  'auth.disconnect-connection.v1': 'admin',
  'auth.erase-tenant.v1': 'admin',
  'auth.get-access-token.v1': 'only clio-sync ghl-sync',
  'auth.get-disconnections.v1': everybody,
  'auth.get-erasures.v1': 'admin',
  'auth.get-setup.v1': 'only gateway',
  'auth.invite-person.v1': 'admin',
  'auth.list-agencies.v1': everybody,
  'auth.list-agency-locations.v1': everybody,
  'auth.list-api-keys.v1': 'admin auditor',
  'auth.list-connections.v1': everybody,
  'auth.list-people.v1': 'admin auditor',
  'auth.list-provider-apps.v1': 'admin',
  'auth.log-in.v1': 'only gateway',
  'auth.log-out.v1': 'only gateway',
  'auth.redeem-setup.v1': 'only gateway',
  'auth.remove-provider-app.v1': 'startup-token',
  'auth.revoke-api-key.v1': 'admin',
  'auth.rotate-keys.v1': 'startup-token',
  'auth.set-provider-app.v1': 'startup-token',
  'clio-sync.change-budget.v1': 'admin',
  'clio-sync.decide-deletion.v1': deciders,
  'clio-sync.get-budget.v1': everybody,
  'clio-sync.get-deletions.v1': everybody,
  'clio-sync.get-runs.v1': everybody,
  'clio-sync.get-webhooks.v1': everybody,
  'clio-sync.rotate-keys.v1': 'startup-token',
  'clio-sync.cancel-run.v1': deciders,
  'clio-sync.get-freshness.v1': everybody,
  'clio-sync.pause-run.v1': deciders,
  'clio-sync.resume-run.v1': deciders,
  'clio-sync.start-run.v1': deciders,
  'clio-sync.write-record.v1': deciders,
  'clio-sync.read-record.v1': everybody,
  'clio-sync.find-records.v1': everybody,
  'clio-sync.get-operations.v1': everybody,
  'clio-sync.decide-operation.v1': deciders,
  'clio-sync.undo-deletion.v1': deciders,
  'ghl-sync.change-budget.v1': 'admin',
  'ghl-sync.cancel-run.v1': deciders,
  'ghl-sync.decide-deletion.v1': deciders,
  'ghl-sync.get-deletions.v1': everybody,
  'ghl-sync.get-freshness.v1': everybody,
  'ghl-sync.get-runs.v1': everybody,
  'ghl-sync.get-webhooks.v1': everybody,
  'ghl-sync.pause-run.v1': deciders,
  'ghl-sync.resume-run.v1': deciders,
  'ghl-sync.start-run.v1': deciders,
  'ghl-sync.undo-deletion.v1': deciders,
  'ghl-sync.get-budget.v1': everybody,
  'ghl-sync.write-record.v1': 'only mapping audit-log',
  'ghl-sync.upsert-contact.v1': 'only mapping audit-log',
  'mapping.cancel-replay.v1': deciders,
  'mapping.count-entities.v1': everybody,
  'mapping.decide-match.v1': deciders,
  'mapping.find-conflicts.v1': everybody,
  'mapping.decide-conflicts.v1': deciders,
  'mapping.undo-conflict.v1': deciders,
  'mapping.find-match-reviews.v1': everybody,
  'mapping.get-match-thresholds.v1': everybody,
  'mapping.merge-entities.v1': deciders,
  'mapping.set-match-thresholds.v1': 'admin',
  'mapping.split-entity.v1': deciders,
  'mapping.get-replays.v1': everybody,
  'mapping.normalize-records.v1': 'only clio-sync ghl-sync audit-log',
  'mapping.replay-entities.v1': deciders,
  'mapping.search-entities.v1': everybody,
};

const wishes = [...contractsByType.values()].filter(({ kind }) => kind !== 'event');
const startupToken: Actor = { kind: 'key', id: 'startup-token', roles: ['admin'] };
const services = ['audit-log', 'auth', 'clio-sync', 'gateway', 'ghl-sync', 'mapping'];

const passes = (contract: MessageContract, actor: Actor, source = 'firmbridge/gateway') => {
  try {
    requireNeeds(contract, { actor, source });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ kind: 'forbidden', code: 'access.denied', retryable: false });
    return false;
  }
};

describe('what commands and queries need', () => {
  it('is declared by every one of them, and known to this table', () => {
    expect(wishes.filter(({ needs }) => needs === undefined).map(({ name }) => name)).toEqual([]);
    expect(wishes.filter(({ name }) => mayUse[name] === undefined).map(({ name }) => name)).toEqual([]);
  });

  it('names permissions that exist', () => {
    const permissions = wishes.flatMap(({ needs }) => (typeof needs === 'string' ? [needs] : []));
    expect(permissions.filter((permission) => !isPermission(permission))).toEqual([]);
  });

  it.each(wishes.map((contract) => [contract.name, contract] as const))(
    'lets in whom it should: %s',
    (name, contract) => {
      const expected = mayUse[name] ?? '';
      const having = roles.filter((role) => passes(contract, { kind: 'person', id: 'p1', roles: [role] }));
      if (expected.startsWith('only ')) {
        const asking = services.filter((service) => passes(contract, systemActor(service), `firmbridge/${service}`));
        expect([having, passes(contract, startupToken)]).toEqual([[], false]);
        expect(asking).toEqual(services.filter((service) => expected.split(' ').includes(service)));
      } else {
        expect(having).toEqual(roles.filter((role) => expected.split(' ').includes(role)));
        expect(passes(contract, startupToken)).toBe(having.includes('admin') || expected === 'startup-token');
        expect(passes(contract, systemActor('mapping'))).toBe(true);
      }
      expect(passes(contract, { kind: 'person', id: 'p1', roles: [] })).toBe(false);
      expect(passes(contract, { kind: 'key', id: 'k1', roles: ['admin'], permissions: [] })).toBe(false);
    },
  );

  it('is asked of the sender where a command follows from what a person did', () => {
    const person: Actor = { kind: 'person', id: 'p1', roles: ['admin'] };
    const upsert = wishes.find(({ name }) => name === 'ghl-sync.upsert-contact.v1')!;
    const token = wishes.find(({ name }) => name === 'auth.get-access-token.v1')!;
    expect(passes(upsert, person, 'firmbridge/mapping')).toBe(true);
    expect(passes(token, person, 'firmbridge/clio-sync')).toBe(false);
  });

  it('is nobody where nothing is declared', () => {
    const { needs: _needs, ...undeclared } = wishes[0]!;
    expect(passes(undeclared, systemActor('gateway'))).toBe(false);
    expect(mayDo(systemActor('gateway'), 'platform.operate')).toBe(true);
  });

  it('is nothing for events', () => {
    const events = [...contractsByType.values()].filter(({ kind }) => kind === 'event');
    expect(events.filter((event) => !passes(event, { kind: 'person', id: 'p1', roles: [] }))).toEqual([]);
  });
});
