import { z } from 'zod';
import { defineEvent } from '../message.js';
import { causeSchema, providerSchema } from '../providers.js';
import * as billing from './billing.js';
import * as matters from './matters.js';
import * as people from './people.js';
import * as time from './time.js';
import * as trust from './trust.js';

/** Every normalized entity of the platform and its schema: the one place where an entity type is declared. */
export const entitySchemas = {
  account: people.accountSchema,
  user: people.userSchema,
  group: people.groupSchema,
  contact: people.contactSchema,
  'practice-area': matters.practiceAreaSchema,
  'matter-stage': matters.matterStageSchema,
  matter: matters.matterSchema,
  'activity-description': time.activityDescriptionSchema,
  'expense-category': time.expenseCategorySchema,
  activity: time.activitySchema,
  currency: billing.currencySchema,
  bill: billing.billSchema,
  'bill-line-item': billing.billLineItemSchema,
  'interest-charge': billing.interestChargeSchema,
  'credit-memo': billing.creditMemoSchema,
  allocation: billing.allocationSchema,
  payment: billing.paymentSchema,
  'bank-account': trust.bankAccountSchema,
  'bank-transaction': trust.bankTransactionSchema,
  'trust-transaction': trust.trustTransactionSchema,
} as const;

export type EntityType = keyof typeof entitySchemas;
export type EntityState<Type extends EntityType = EntityType> = z.output<(typeof entitySchemas)[Type]>;
export const entityTypes = Object.keys(entitySchemas) as EntityType[];
export const entityTypeSchema = z.enum(entityTypes as [EntityType, ...EntityType[]]);

export const fieldChangeSchema = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() });
export type FieldChange = z.output<typeof fieldChangeSchema>;

/** Which record of which connection an entity came from. */
export const recordSourceSchema = z.object({
  provider: providerSchema,
  connectionId: z.uuid(),
  resource: z.string(),
  recordId: z.string(),
  revision: z.int(),
});

function entityEventData<State extends z.ZodType>(type: string, state: State) {
  return z.object({
    entityType: z.literal(type),
    entityId: z.uuid(),
    /** The full state after the change; the last known state when the entity was deleted. */
    state,
    changes: z.array(fieldChangeSchema),
    cause: causeSchema,
    source: recordSourceSchema,
    normalizerVersion: z.int().positive(),
  });
}

export const entityVerbs = ['created', 'updated', 'deleted'] as const;
export type EntityVerb = (typeof entityVerbs)[number];

/** The contract of `entity.<type>.<verb>.v1`. */
export function entityEvent(type: EntityType, verb: EntityVerb) {
  return entityEvents[type][verb];
}

type EntityEventContract = ReturnType<typeof defineEvent<z.ZodObject<ReturnType<typeof entityEventData>['shape']>>>;

const entityEvents = Object.fromEntries(
  entityTypes.map((type) => [
    type,
    Object.fromEntries(
      entityVerbs.map((verb) => [
        verb,
        defineEvent({
          name: `entity.${type}.${verb}.v1`,
          exchange: 'entities',
          summary: `A ${type.replaceAll('-', ' ')} was ${verb}.`,
          data: entityEventData(type, entitySchemas[type]),
        }),
      ]),
    ),
  ]),
) as unknown as Record<EntityType, Record<EntityVerb, EntityEventContract>>;

export const entityEventContracts = entityTypes.flatMap((type) => entityVerbs.map((verb) => entityEvents[type][verb]));
