export const roles = ['viewer', 'operator', 'admin', 'auditor'] as const;
export type Role = (typeof roles)[number];

const everybody: readonly Role[] = roles;

/** What there is to be allowed, and the roles that are: whoever has none of them is refused. */
export const permissions = {
  'entities.read': everybody,
  'identity.decide': ['operator', 'admin'],
  // Records as the provider has them now: looking costs budget, changing them changes the firm's own account.
  'records.read': everybody,
  'records.write': ['operator', 'admin'],
  'runs.read': everybody,
  'runs.start': ['operator', 'admin'],
  'deletions.decide': ['operator', 'admin'],
  'connections.read': everybody,
  'connections.manage': ['admin'],
  'dead-letters.read': ['operator', 'admin', 'auditor'],
  'dead-letters.decide': ['operator', 'admin'],
  'replays.start': ['operator', 'admin'],
  'people.read': ['admin', 'auditor'],
  'people.manage': ['admin'],
  'keys.read': ['admin', 'auditor'],
  'keys.manage': ['admin'],
  'own-account.manage': everybody,
  'audit.read': ['operator', 'admin', 'auditor'],
  'settings.manage': ['admin'],
  'erasure.request': ['admin'],
  // Over all firms: no role of a firm has it.
  'platform.operate': [],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]];

export function isPermission(text: string): text is Permission {
  return Object.hasOwn(permissions, text);
}

export function rolesWith(permission: Permission): readonly Role[] {
  return permissions[permission];
}

export function permissionsOf(role: Role): Permission[] {
  return permissionNames.filter((permission) => rolesWith(permission).includes(role));
}
