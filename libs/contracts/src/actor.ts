import { z } from 'zod';
import { isPermission, roles, type Permission, type Role } from './permissions.js';

/** Who caused a message: a person, an API key or a part of the system. The tenant stands beside it in the envelope. */
export interface Actor {
  readonly kind: 'person' | 'key' | 'system';
  readonly id: string;
  readonly roles: readonly Role[];
  /** Of a key that may do less than its role: all it may do. */
  readonly permissions?: readonly Permission[];
}

/** CloudEvents attributes are plain strings: `system:clio-sync`, `person:<uuid>;viewer,operator`, `key:<uuid>;admin;runs.read`. */
export const actorCodec = z
  .string()
  .regex(/^(person|key|system):[^;]+(;[a-z,]*(;[a-z.,-]*)?)?$/)
  .transform((text, context): Actor => {
    const [identity = '', roleList = '', permissionList] = text.split(';');
    const separator = identity.indexOf(':');
    const parsedRoles = z.array(z.enum(roles)).safeParse(listed(roleList));
    if (!parsedRoles.success) {
      context.addIssue({ code: 'custom', message: 'unknown role' });
      return z.NEVER;
    }
    return {
      kind: identity.slice(0, separator) as Actor['kind'],
      id: identity.slice(separator + 1),
      roles: parsedRoles.data,
      // A permission that this release does not know allows nothing here.
      ...(permissionList === undefined ? {} : { permissions: listed(permissionList).filter(isPermission) }),
    };
  });

function listed(text: string): string[] {
  return text === '' ? [] : text.split(',');
}

export function formatActor({ kind, id, roles: held, permissions }: Actor): string {
  const identity = `${kind}:${id}`;
  if (permissions !== undefined) return `${identity};${held.join(',')};${permissions.join(',')}`;
  return held.length === 0 ? identity : `${identity};${held.join(',')}`;
}

export function systemActor(service: string): Actor {
  return { kind: 'system', id: service, roles: [] };
}

/** Whether the actor may take decisions in its tenant that change what happens to its data. */
export function mayDecide({ kind, roles: held }: Actor): boolean {
  return kind === 'system' || held.includes('admin') || held.includes('operator');
}

/** Whoever holds the start-up token holds the machine; nobody else acts for all tenants. */
export function runsThePlatform({ kind, id }: Actor): boolean {
  return kind === 'system' || (kind === 'key' && id === 'startup-token');
}
