import { mappingMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { limitParameter } from './page.schemas.js';

const { queue, entityTypes, entityIds, perSecond } = mappingMessages.replayEntities.data.shape;
const instant = z.iso.datetime().optional();

export const newReplay = z
  .strictObject({
    queue: queue.describe('The full name of a subscriber’s queue, which exists.'),
    entityTypes: entityTypes.default([]).describe('Empty means every type.'),
    entityIds: entityIds.default([]).describe('Empty means all of them.'),
    changedFrom: instant.describe('Only entities whose last change is at or after it.'),
    changedTo: instant.describe('Only entities whose last change is before it.'),
    perSecond: perSecond.default(mappingMessages.replayRates.usual),
  })
  .refine(
    ({ changedFrom, changedTo }) => !changedFrom || !changedTo || Date.parse(changedFrom) < Date.parse(changedTo),
    {
      path: ['changedTo'],
      error: 'must be after changedFrom',
    },
  )
  .meta({ id: 'NewReplay' });
export type NewReplay = z.output<typeof newReplay>;

export const acceptedReplay = z.object({ replayId: z.uuid() }).meta({ id: 'AcceptedReplay' });
export type AcceptedReplay = z.output<typeof acceptedReplay>;

export const replaysQuery = z.strictObject({ limit: limitParameter });
export type ReplaysQuery = z.output<typeof replaysQuery>;

export const replay = mappingMessages.replaySchema;
export const replayList = mappingMessages.getReplays.reply.meta({ id: 'ReplayList' });
export type ReplayList = z.output<typeof replayList>;
