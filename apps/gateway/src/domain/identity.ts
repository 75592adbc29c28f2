import {
  mayDo,
  permissionNames,
  type Actor,
  type KnownApiKey,
  type Permission,
  type Session,
} from '@firmbridge/contracts';

/** Whom a credential stands for. */
export type Identity = Operator | SignedInPerson | KeyHolder;

interface Known {
  readonly tenantId: string;
  readonly actor: Actor;
}

/** Holds the start-up token. */
export interface Operator extends Known {
  readonly kind: 'operator';
}

export interface SignedInPerson extends Known {
  readonly kind: 'person';
  readonly session: Session;
}

export interface KeyHolder extends Known {
  readonly kind: 'key';
  readonly key: KnownApiKey;
}

/** Whoever holds the start-up token may do everything in the one tenant of this gateway. */
const startupActor: Actor = { kind: 'key', id: 'startup-token', roles: ['admin'] };

export function operatorOf(tenantId: string): Operator {
  return { kind: 'operator', tenantId, actor: startupActor };
}

export function personOf(session: Session): SignedInPerson {
  const { tenantId, person } = session;
  return { kind: 'person', tenantId, session, actor: { kind: 'person', id: person.personId, roles: person.roles } };
}

export function holderOf(key: KnownApiKey): KeyHolder {
  const { tenantId, keyId, role, permissions } = key;
  const narrowed = permissions === null ? {} : { permissions };
  return { kind: 'key', tenantId, key, actor: { kind: 'key', id: keyId, roles: [role], ...narrowed } };
}

export function permissionsHeldBy({ actor }: Identity): Permission[] {
  return permissionNames.filter((permission) => mayDo(actor, permission));
}
