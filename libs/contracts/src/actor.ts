import { z } from 'zod';

export const roles = ['viewer', 'operator', 'admin', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** Who caused a message: a person, an API key or a part of the system. The tenant stands beside it in the envelope. */
export interface Actor {
  readonly kind: 'person' | 'key' | 'system';
  readonly id: string;
  readonly roles: readonly Role[];
}

/** CloudEvents attributes are plain strings: `system:clio-sync`, `person:<uuid>;viewer,operator`. */
export const actorCodec = z
  .string()
  .regex(/^(person|key|system):[^;]+(;[a-z,]*)?$/)
  .transform((text, context): Actor => {
    const [identity = '', roleList = ''] = text.split(';');
    const separator = identity.indexOf(':');
    const parsedRoles = z.array(z.enum(roles)).safeParse(roleList === '' ? [] : roleList.split(','));
    if (!parsedRoles.success) {
      context.addIssue({ code: 'custom', message: 'unknown role' });
      return z.NEVER;
    }
    return {
      kind: identity.slice(0, separator) as Actor['kind'],
      id: identity.slice(separator + 1),
      roles: parsedRoles.data,
    };
  });

export function formatActor(actor: Actor): string {
  const identity = `${actor.kind}:${actor.id}`;
  return actor.roles.length === 0 ? identity : `${identity};${actor.roles.join(',')}`;
}

export function systemActor(service: string): Actor {
  return { kind: 'system', id: service, roles: [] };
}
