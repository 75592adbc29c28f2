import { z } from 'zod';
import { defineEvent } from '../message.js';
import { causeSchema, providerSchema } from '../providers.js';
import * as billing from './billing.js';
import { entityEventExamples } from './examples/index.js';
import * as leads from './leads.js';
import * as matters from './matters.js';
import * as people from './people.js';
import * as time from './time.js';
import * as trust from './trust.js';
import { pascalCase, refTo } from './values.js';

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
  pipeline: leads.pipelineSchema,
  'pipeline-stage': leads.pipelineStageSchema,
  'field-definition': leads.fieldDefinitionSchema,
  'custom-value': leads.customValueSchema,
  opportunity: leads.opportunitySchema,
  task: leads.taskSchema,
  note: leads.noteSchema,
} as const;

export type EntityType = keyof typeof entitySchemas;
export type EntityState<Type extends EntityType = EntityType> = z.output<(typeof entitySchemas)[Type]>;
export const entityTypes = Object.keys(entitySchemas) as EntityType[];
export const entityTypeSchema = z.enum(entityTypes as [EntityType, ...EntityType[]]);

export const fieldChangeSchema = z
  .object({ field: z.string(), before: z.unknown(), after: z.unknown() })
  .meta({ id: 'FieldChange', description: 'A field of the state, with its value before and after.' });
export type FieldChange = z.output<typeof fieldChangeSchema>;

export const recordSourceSchema = z
  .object({
    provider: providerSchema,
    connectionId: z.uuid(),
    resource: z.string().describe('What the provider calls such records.'),
    recordId: z.string().describe('The id the provider gave it.'),
    revision: z.int().describe('Rises with each change of the record that was seen.'),
  })
  .meta({ id: 'RecordSource', description: 'The record of a connection that an entity came from.' });

function entityEventData(type: string, state: z.ZodType) {
  return z.object({
    entityType: z.literal(type),
    entityId: z.uuid(),
    /** The full state after the change; the last known state when the entity is gone. */
    state,
    changes: z.array(fieldChangeSchema).describe('What an update changed; empty for every other verb.'),
    cause: causeSchema,
    source: recordSourceSchema,
    normalizerVersion: z.int().positive().describe('Rises when records are turned into entities in another way.'),
  });
}

/**
 * `merged`: the entity is gone, it was the same as `mergedInto`, which its records are now. `split`: the entity is there (again), its
 * record is not `splitFrom` any more.
 */
export const entityVerbs = ['created', 'updated', 'deleted', 'merged', 'split'] as const;
export type EntityVerb = (typeof entityVerbs)[number];

/** The contract of `entity.<type>.<verb>.v1`. */
export function entityEvent(type: EntityType, verb: EntityVerb) {
  return entityEvents[type][verb];
}

interface Relation {
  readonly mergedInto?: { readonly type: string; readonly id: string };
  readonly splitFrom?: { readonly type: string; readonly id: string };
}

type PlainData = ReturnType<typeof entityEventData>;
type EntityEventData = z.ZodType<z.output<PlainData> & Relation, z.input<PlainData> & Relation>;
type EntityEventContract = ReturnType<typeof defineEvent<EntityEventData>>;

function dataOf(type: EntityType, verb: EntityVerb) {
  const data = entityEventData(type, entitySchemas[type]);
  const id = `${pascalCase(type)}EventData`;
  if (verb === 'merged') return data.extend({ mergedInto: refTo(type) }).meta({ id: `${id}Merged` });
  if (verb === 'split') return data.extend({ splitFrom: refTo(type) }).meta({ id: `${id}Split` });
  return data.meta({ id });
}

function summaryOf(type: EntityType, verb: EntityVerb): string {
  const noun = type.replaceAll('-', ' ');
  const article = /^(?!user)[aeiou]/.test(noun) ? 'An' : 'A';
  if (verb === 'merged') return `${article} ${noun} turned out to be the same as another and is that one now.`;
  if (verb === 'split')
    return `${article} ${noun} turned out to be another than it was taken for and stands by itself.`;
  return `${article} ${noun} was ${verb}.`;
}

function eventsOf(type: EntityType) {
  const examples = entityEventExamples(type);
  const plain = dataOf(type, 'created');
  const events = entityVerbs.map((verb) =>
    defineEvent({
      name: `entity.${type}.${verb}.v1`,
      exchange: 'entities',
      summary: summaryOf(type, verb),
      data: verb === 'merged' || verb === 'split' ? dataOf(type, verb) : plain,
      example: examples[verb],
    }),
  );
  return Object.fromEntries(entityVerbs.map((verb, index) => [verb, events[index]]));
}

const entityEvents = Object.fromEntries(entityTypes.map((type) => [type, eventsOf(type)])) as unknown as Record<
  EntityType,
  Record<EntityVerb, EntityEventContract>
>;

export const entityEventContracts = entityTypes.flatMap((type) => entityVerbs.map((verb) => entityEvents[type][verb]));
