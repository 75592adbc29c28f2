import { clioPermissionAdvice, clioPermissions, clioResourceNames } from '../src/index.js';

describe('the permissions of Clio', () => {
  it('are named for every resource', () => {
    expect(Object.keys(clioPermissions).sort()).toEqual([...clioResourceNames].sort());
    for (const name of clioResourceNames) expect(clioPermissions[name].names.length).toBeGreaterThan(0);
  });

  it('become a sentence that says what to switch on, and whether that is certain', () => {
    expect(clioPermissionAdvice('payments')).toMatch(/^Switch on the permissions "Clio Payments" and "Accounting" of /);
    expect(clioPermissionAdvice('bills')).toMatch(/^Switch on the permission "Billing" of the app/);
    expect(clioPermissionAdvice('users')).toMatch(/"Users" \(most likely this one\)/);
  });
});
