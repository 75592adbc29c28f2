import { systemActor, type Actor } from '@firmbridge/contracts';
import { permissionsOfKey, permissionsOfRoles, requireOwn } from './granting.js';

const admin: Actor = { kind: 'person', id: 'p1', roles: ['admin'] };
const narrow: Actor = { kind: 'key', id: 'k1', roles: ['admin'], permissions: ['keys.manage', 'runs.read'] };

describe('giving rights to others', () => {
  it('is up to whoever has them', () => {
    expect(() => requireOwn(admin, permissionsOfRoles(['admin', 'operator', 'auditor']))).not.toThrow();
    expect(() => requireOwn(systemActor('gateway'), permissionsOfRoles(['admin']))).not.toThrow();
  });

  it('does not let a key make a wider one', () => {
    expect(() => requireOwn(narrow, permissionsOfKey('admin', ['runs.read']))).not.toThrow();
    expect(() => requireOwn(narrow, permissionsOfKey('admin', ['runs.start']))).toThrow('runs.start');
    expect(() => requireOwn(narrow, permissionsOfKey('viewer', null))).toThrow('entities.read');
  });

  it('gives a key nothing that its role has not', () => {
    expect(permissionsOfKey('viewer', ['runs.read', 'people.manage'])).toEqual(['runs.read']);
  });
});
