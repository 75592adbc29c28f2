import type { Permission } from '@firmbridge/contracts';

/** Who may use a route: whoever has the permission, everybody who is known, or really everybody. */
export type RouteAccess = Permission | 'known' | 'public';
