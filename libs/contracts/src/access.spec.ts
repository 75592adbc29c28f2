import {
  formatActor,
  mayDo,
  permissionNames,
  permissionsOf,
  requirePermission,
  requireService,
  roles,
  rolesWith,
  systemActor,
  type Actor,
  type Role,
} from './index.js';
import { actorCodec } from './actor.js';

const aPerson = (...held: Role[]): Actor => ({ kind: 'person', id: 'p1', roles: held });
const startupToken: Actor = { kind: 'key', id: 'startup-token', roles: ['admin'] };

describe('the permissions', () => {
  it('are had by the roles that say so and by no other', () => {
    for (const permission of permissionNames) {
      const having = roles.filter((role) => mayDo(aPerson(role), permission));
      expect([permission, having]).toEqual([permission, roles.filter((role) => rolesWith(permission).includes(role))]);
    }
  });

  it('let a viewer change nothing but the own account', () => {
    expect(permissionsOf('viewer')).toEqual([
      'entities.read',
      'records.read',
      'runs.read',
      'connections.read',
      'own-account.manage',
    ]);
  });

  it('let an auditor read all that is recorded and decide nothing', () => {
    const changing = permissionsOf('auditor').filter((permission) => !permission.endsWith('.read'));
    expect(changing).toEqual(['own-account.manage']);
  });

  it('add up over the roles a person has', () => {
    const both = aPerson('operator', 'auditor');
    expect([mayDo(both, 'runs.start'), mayDo(both, 'people.read'), mayDo(both, 'people.manage')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('are all had by parts of the system, and none by whoever has no role', () => {
    expect(permissionNames.filter((permission) => !mayDo(systemActor('mapping'), permission))).toEqual([]);
    expect(permissionNames.filter((permission) => mayDo(aPerson(), permission))).toEqual([]);
  });

  it('give the platform to the start-up token and to no role', () => {
    expect(mayDo(startupToken, 'platform.operate')).toBe(true);
    expect(roles.filter((role) => mayDo(aPerson(role), 'platform.operate'))).toEqual([]);
    expect(mayDo({ ...aPerson('admin'), id: 'startup-token' }, 'platform.operate')).toBe(false);
  });

  it('are narrowed by the list of a key, never widened', () => {
    const key: Actor = { kind: 'key', id: 'k1', roles: ['operator'], permissions: ['runs.read', 'people.manage'] };
    expect(permissionNames.filter((permission) => mayDo(key, permission))).toEqual(['runs.read']);
    expect(permissionNames.filter((permission) => mayDo({ ...key, permissions: [] }, permission))).toEqual([]);
  });

  it('refuse with a sentence that names what is missing', () => {
    expect(() => requirePermission(aPerson('viewer'), 'keys.manage')).toThrow('This needs the permission keys.manage.');
    expect(() => requirePermission(aPerson('admin'), 'keys.manage')).not.toThrow();
  });

  it('do not help where only a part of the system may ask', () => {
    expect(() => requireService(systemActor('gateway'), ['gateway'])).not.toThrow();
    for (const other of [systemActor('mapping'), { ...aPerson('admin'), id: 'gateway' }, startupToken]) {
      expect(() => requireService(other, ['gateway'])).toThrow('Only gateway may ask this.');
    }
  });
});

describe('an actor on the wire', () => {
  it.each<[string, Actor]>([
    ['system:clio-sync', systemActor('clio-sync')],
    ['person:p1;viewer,operator', aPerson('viewer', 'operator')],
    ['key:k1;operator;runs.read,dead-letters.read', aKey(['runs.read', 'dead-letters.read'])],
    ['key:k1;operator;', aKey([])],
  ])('is %s', (text, actor) => {
    expect(formatActor(actor)).toBe(text);
    expect(actorCodec.parse(text)).toEqual(actor);
  });

  it('is read without the permissions of a later release', () => {
    expect(actorCodec.parse('key:k1;operator;runs.read,moons.land-on')).toEqual(aKey(['runs.read']));
  });

  it.each(['key:k1;king', 'nobody:k1', 'key:', 'key:k1;admin;a;b'])('is not %s', (text) => {
    expect(actorCodec.safeParse(text).success).toBe(false);
  });

  function aKey(permissions: Actor['permissions']): Actor {
    return { kind: 'key', id: 'k1', roles: ['operator'], ...(permissions === undefined ? {} : { permissions }) };
  }
});
