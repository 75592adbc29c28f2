import { AppError, type EntityType } from '@firmbridge/contracts';
import type { KnownEntity } from '../entity-change.js';

/** An entity with the links of its records, all of them locked. */
export interface LinkedEntity extends KnownEntity {
  readonly entityType: EntityType;
  readonly title: string;
  readonly mergedInto: string | null;
  readonly links: readonly LinkedRecord[];
}

export interface LinkedRecord {
  readonly provider: 'clio' | 'ghl';
  readonly connectionId: string;
  readonly resource: string;
  readonly recordId: string;
  readonly revision: number;
  readonly formerId: string | null;
}

/** Throws what a person should know when two entities cannot be one. */
export function requireMergeable(absorbed: LinkedEntity, survivor: LinkedEntity): void {
  if (absorbed.entityId === survivor.entityId) {
    throw refusal('identity.same_entity', 'An entity cannot be merged into itself. Name two different ones.');
  }
  if (absorbed.entityType !== survivor.entityType) {
    throw refusal('identity.other_type', 'Only entities of one type can be merged.');
  }
  if (absorbed.deleted || survivor.deleted) {
    throw refusal('identity.gone', 'One of the two is deleted or merged already. Look it up to see where it went.');
  }
  const shared = absorbed.links.find((link) =>
    survivor.links.some((other) => other.connectionId === link.connectionId),
  );
  if (shared !== undefined && absorbed.entityType === 'contact') {
    throw refusal(
      'identity.both_linked',
      'Both have a record in the same account, and a contact has one at most. Merge the two records there, or split one off first.',
      { connectionId: shared.connectionId },
    );
  }
}

const isLed = ({ links }: LinkedEntity) => links.some(({ provider }) => provider === 'clio');

/** Clio's record gives the state of an entity; so the one that has it stays, else the older one. */
export function survivorOf(one: LinkedEntity, other: LinkedEntity): { survivor: LinkedEntity; absorbed: LinkedEntity } {
  const isOneLeading = isLed(one) === isLed(other) ? one.entityId < other.entityId : isLed(one);
  return isOneLeading ? { survivor: one, absorbed: other } : { survivor: other, absorbed: one };
}

/** Whose state the merged entity has. */
export function leaderOf(absorbed: LinkedEntity, survivor: LinkedEntity): LinkedEntity {
  return isLed(absorbed) && !isLed(survivor) ? absorbed : survivor;
}

export function refusal(code: string, message: string, details: Record<string, unknown> = {}): AppError {
  return new AppError('conflict', code, message, { details });
}
