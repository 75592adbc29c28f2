import { z } from 'zod';
import { exampleEntityIds } from '../entities/examples/example.js';
import { exampleFirm } from '../example-firm.js';
import { defineQuery } from '../message.js';
import { entityViewSchema, exampleView } from './mapping.js';

export const matchStates = ['pending', 'same', 'different', 'withdrawn'] as const;

/** Two entities that may be the same. */
export const matchReviewSchema = z
  .object({
    reviewId: z.uuid(),
    state: z
      .enum(matchStates)
      .describe('`different` is not asked again; `withdrawn`: one of them has found another counterpart.'),
    probability: z.number().min(0).max(1),
    evidence: z
      .array(z.object({ says: z.string(), bits: z.number().describe('Above 0 it speaks for being the same.') }))
      .describe('The weightiest first.'),
    one: entityViewSchema,
    other: entityViewSchema,
    askedAt: z.iso.datetime(),
    decidedAt: z.iso.datetime().nullable(),
    decidedBy: z.string().nullable(),
  })
  .meta({ id: 'MatchReview' });
export type MatchReview = z.output<typeof matchReviewSchema>;

const reviewId = 'd41c8f63-9b07-4e5a-8f12-6a3c7be9d250';
const exampleContact: z.input<typeof entityViewSchema> = {
  ...exampleView,
  entityType: 'contact',
  entityId: exampleEntityIds.contact,
  title: 'Marisol Tenbrook',
  state: { name: 'Marisol Tenbrook', kind: 'person' },
};
const exampleReview: z.input<typeof matchReviewSchema> = {
  reviewId,
  state: 'pending',
  probability: 0.93,
  evidence: [
    { says: 'same phone', bits: 11 },
    { says: 'same surname', bits: 11.5 },
    { says: 'other first name', bits: -6.6 },
  ],
  one: exampleContact,
  other: {
    ...exampleContact,
    entityId: '7c1f9e02-55d8-4b1a-9a63-0e8d4f2b7c95',
    title: 'Ramon Tenbrook',
    state: { name: 'Ramon Tenbrook', kind: 'person' },
  },
  askedAt: '2026-11-18T15:24:06.912Z',
  decidedAt: null,
  decidedBy: null,
};

export const findMatchReviews = defineQuery({
  name: 'mapping.find-match-reviews.v1',
  needs: 'entities.read',
  summary: 'Pairs of entities that may be the same, in one state, the likeliest first.',
  data: z.object({ state: z.enum(matchStates), limit: z.int().min(1).max(50) }),
  reply: z.object({ reviews: z.array(matchReviewSchema), pending: z.int() }),
  example: { state: 'pending', limit: 20 },
  replyExample: { reviews: [exampleReview], pending: 1 },
});

export const decideMatch = defineQuery({
  name: 'mapping.decide-match.v1',
  needs: 'identity.decide',
  summary: 'Say whether two entities are the same: they are merged, or never asked about again.',
  data: z.object({ reviewId: z.uuid(), decision: z.enum(['same', 'different']) }),
  reply: z.object({ review: matchReviewSchema }),
  example: { reviewId, decision: 'different' },
  replyExample: {
    review: {
      ...exampleReview,
      state: 'different',
      decidedAt: '2026-11-18T16:02:44.107Z',
      decidedBy: 'key:startup-token;admin',
    },
  },
});

export const mergeEntities = defineQuery({
  name: 'mapping.merge-entities.v1',
  needs: 'identity.decide',
  summary: 'Make two entities one: the records of the first become records of the second. Undone by splitting.',
  data: z.object({ entityId: z.uuid(), intoEntityId: z.uuid() }),
  reply: z.object({ entity: entityViewSchema }),
  example: { entityId: exampleReview.other.entityId, intoEntityId: exampleEntityIds.contact },
  replyExample: { entity: exampleContact },
});

export const splitEntity = defineQuery({
  name: 'mapping.split-entity.v1',
  needs: 'identity.decide',
  summary:
    'Give one record of an entity an entity of its own: the one it had before, else a new one. Undone by merging.',
  data: z.object({ entityId: z.uuid(), connectionId: z.uuid(), resource: z.string(), recordId: z.string() }),
  reply: z.object({ entity: entityViewSchema }),
  example: {
    entityId: exampleEntityIds.contact,
    connectionId: exampleFirm.ghlConnectionId,
    resource: 'contacts',
    recordId: exampleFirm.ghlContactId,
  },
  replyExample: { entity: exampleReview.other },
});

/** Of a pairing: from which probability records are linked without asking, and from which a person is asked. */
export const matchThresholdsSchema = z
  .object({ pairingId: z.uuid(), auto: z.number().min(0.9).max(1), review: z.number().min(0.1).max(1) })
  .refine(({ auto, review }) => review <= auto, { path: ['review'], error: 'must not be above auto' })
  .meta({ id: 'MatchThresholds' });
export type MatchThresholds = z.output<typeof matchThresholdsSchema>;

const exampleThresholds = { pairingId: '3b8e5d17-6f42-4c09-a1d8-95e7c2043f6b', auto: 0.99, review: 0.7 };

export const getMatchThresholds = defineQuery({
  name: 'mapping.get-match-thresholds.v1',
  needs: 'connections.read',
  summary:
    'From which probability the contacts of a pairing are linked without asking, and from which a person is asked.',
  data: z.object({ pairingId: z.uuid() }),
  reply: matchThresholdsSchema,
  example: { pairingId: exampleThresholds.pairingId },
  replyExample: exampleThresholds,
});

export const setMatchThresholds = defineQuery({
  name: 'mapping.set-match-thresholds.v1',
  needs: 'settings.manage',
  summary: 'Set them. They hold for what is matched from now on.',
  data: matchThresholdsSchema,
  reply: matchThresholdsSchema,
  example: exampleThresholds,
  replyExample: exampleThresholds,
});
