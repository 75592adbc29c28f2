import { runsThePlatform, type Actor } from './actor.js';
import { AppError } from './errors.js';
import { rolesWith, type Permission } from './permissions.js';

/**
 * Parts of the system may do everything, others what one of their roles has; a key with a list of its own no more than that
 * list. Where a contract names the services that may ask, `requireService` decides instead.
 */
export function mayDo(actor: Actor, permission: Permission): boolean {
  if (actor.kind === 'system') return true;
  if (actor.permissions !== undefined && !actor.permissions.includes(permission)) return false;
  if (permission === 'platform.operate') return runsThePlatform(actor);
  return actor.roles.some((role) => rolesWith(permission).includes(role));
}

export function requirePermission(actor: Actor, permission: Permission): void {
  if (mayDo(actor, permission)) return;
  throw new AppError('forbidden', 'access.denied', `This needs the permission ${permission}.`, {
    details: { permission },
  });
}

/** For what only parts of the system ask of one another. */
export function requireService(actor: Actor, services: readonly string[]): void {
  if (actor.kind === 'system' && services.includes(actor.id)) return;
  throw new AppError('forbidden', 'access.denied', `Only ${services.join(' and ')} may ask this.`);
}

/** What a command or query needs: a permission of its actor, or that one of these parts of the system asks. */
export type Needs = Permission | { readonly services: readonly string[] };

/**
 * Refuses a message whose contract asks for more than its actor may. Events tell what was and need nothing. A command that
 * follows from something carries the actor of its cause: where only services may send it, its source counts.
 */
export function requireNeeds({ kind, name, needs }: Asked, { actor, source }: Asking): void {
  if (kind === 'event') return;
  if (needs === undefined) throw new AppError('forbidden', 'access.denied', `Nobody may use ${name}.`);
  if (typeof needs === 'string') return requirePermission(actor, needs);
  if (kind === 'command' && needs.services.some((service) => source === `firmbridge/${service}`)) return;
  requireService(actor, needs.services);
}

/** Of a contract. */
interface Asked {
  readonly kind: 'event' | 'command' | 'query';
  readonly name: string;
  readonly needs?: Needs;
}

/** Of a message. */
interface Asking {
  readonly actor: Actor;
  readonly source: string;
}
