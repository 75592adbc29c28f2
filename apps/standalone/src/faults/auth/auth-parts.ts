import type { AuthSabotage } from './auth-sabotage.js';

/** What a fault run of auth shows, and can show alone. */
export const authParts = ['one-refresh', 'kills', 'keys', 'tenants', 'passwords'] as const;
export type AuthPart = (typeof authParts)[number];

/** Where a broken guarantee shows. */
export const partOf: Readonly<Record<AuthSabotage, AuthPart>> = {
  'no-lease': 'one-refresh',
  'no-store': 'kills',
  'keys-taken-too-soon': 'keys',
  'tenants-mistaken': 'tenants',
  'no-lockout': 'passwords',
  'hash-on-the-loop': 'passwords',
};
