import { authMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { pageParameters } from './page.schemas.js';

const { eraseTenant, getErasures } = authMessages;

export const newErasure = z
  .strictObject({
    confirmation: eraseTenant.data.shape.confirmation.min(1).describe('The name of the firm, as it is written.'),
  })
  .meta({ id: 'NewErasure' });
export type NewErasure = z.output<typeof newErasure>;
export const acceptedErasure = z.object({ erasureId: z.uuid() }).meta({ id: 'AcceptedErasure' });
export type AcceptedErasure = z.output<typeof acceptedErasure>;

export const erasuresQuery = z.strictObject({
  scope: getErasures.data.shape.scope.default('tenant').describe('platform: of all firms; needs platform.operate.'),
  limit: pageParameters.limit,
});
export type ErasuresQuery = z.output<typeof erasuresQuery>;
export const erasureList = getErasures.reply.meta({ id: 'ErasureList' });
export type ErasureList = z.output<typeof erasureList>;
