import { AppError, mayDo, permissionsOf, type Actor, type Permission, type Role } from '@firmbridge/contracts';

/** Nobody passes on more than they have: otherwise a narrow key could make a wide one. */
export function requireOwn(actor: Actor, granted: readonly Permission[]): void {
  const missing = granted.filter((permission) => !mayDo(actor, permission));
  if (missing.length === 0) return;
  throw new AppError('forbidden', 'access.beyond_own', `You cannot give what you do not have: ${missing.join(', ')}.`, {
    details: { permissions: missing },
  });
}

export function permissionsOfRoles(roles: readonly Role[]): Permission[] {
  return [...new Set(roles.flatMap(permissionsOf))];
}

/** What a key with this role and list may do. */
export function permissionsOfKey(role: Role, list: readonly Permission[] | null): Permission[] {
  return permissionsOf(role).filter((permission) => list === null || list.includes(permission));
}
