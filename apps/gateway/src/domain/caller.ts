import type { Actor } from '@firmbridge/contracts';

/** For whom a request is made; goes into every message it causes. */
export interface Caller {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly correlationId: string;
}

/** Whoever holds the start-up token may do everything in the one tenant of this gateway. */
export const startupActor: Actor = { kind: 'key', id: 'startup-token', roles: ['admin'] };
