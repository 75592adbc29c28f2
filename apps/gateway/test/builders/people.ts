import type { KnownApiKey, Role, Session } from '@firmbridge/contracts';
import { randomUUID } from 'node:crypto';

export function aSession(facts: Partial<Session> = {}, roles: Role[] = ['admin']): Session {
  return {
    sessionId: randomUUID(),
    tenantId: randomUUID(),
    firmName: 'Hale & Partners',
    person: { personId: randomUUID(), email: 'ada@hale.example', name: 'Ada Hale', roles },
    expiresAt: '2099-01-22T10:00:00.000Z',
    idleExpiresAt: '2099-01-15T18:00:00.000Z',
    ...facts,
  };
}

export function aKnownKey(facts: Partial<KnownApiKey> = {}): KnownApiKey {
  return {
    tenantId: randomUUID(),
    keyId: randomUUID(),
    name: 'Reporting',
    role: 'viewer',
    permissions: null,
    expiresAt: null,
    ...facts,
  };
}

/** In the shape of a real one. */
export function anApiKey(): string {
  return `fbk_${randomUUID().replaceAll('-', '')}_${'k'.repeat(43)}`;
}
