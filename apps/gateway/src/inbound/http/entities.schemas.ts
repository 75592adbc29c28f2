import { entityTypeSchema, mappingMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { pageParameters } from './page.schemas.js';

export const entitiesQuery = z.strictObject({
  type: entityTypeSchema.optional(),
  text: z.string().trim().min(1).max(200).optional().describe('Words to look for.'),
  ...pageParameters,
});
export type EntitiesQuery = z.output<typeof entitiesQuery>;

export const entity = mappingMessages.entityViewSchema;
export const entityList = mappingMessages.searchEntities.reply.meta({ id: 'EntityList' });
export type EntityList = z.output<typeof entityList>;
export const entityCounts = mappingMessages.countEntities.reply.meta({ id: 'EntityCounts' });
export type EntityCounts = z.output<typeof entityCounts>;
