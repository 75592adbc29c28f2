import {
  AppError,
  formatActor,
  mayDecide,
  runsThePlatform,
  type Actor,
  type auditMessages,
  type DataOf,
} from '@firmbridge/contracts';
import { nilTenantId } from './dead-letter.js';

type Scope = DataOf<typeof auditMessages.getDeadLetter>['scope'];

/** Who asks for which letters. */
export interface Request {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly scope: Scope;
}

/** The tenant whose letters may be read. */
export function tenantToRead({ tenantId, actor, scope }: Request): string {
  if (scope === 'platform') return platform(actor);
  if (actor.kind === 'system' || actor.roles.length > 0) return tenantId;
  throw forbidden('Only people and keys with a role may see messages that were set aside.');
}

/** The tenant about whose letters the actor may decide. */
export function tenantToDecide({ tenantId, actor, scope }: Request): string {
  if (scope === 'platform') return platform(actor);
  if (mayDecide(actor)) return tenantId;
  throw forbidden('Only an operator or an administrator may decide about messages that were set aside.');
}

function platform(actor: Actor): string {
  if (runsThePlatform(actor)) return nilTenantId;
  throw forbidden('Messages of no tenant are only for whoever runs the platform.');
}

function forbidden(sentence: string): AppError {
  return new AppError('forbidden', 'dead_letter.forbidden', sentence);
}

/** Who decided, without the roles held at that moment. */
export function decidedBy(actor: Actor): string {
  return formatActor({ ...actor, roles: [] });
}
