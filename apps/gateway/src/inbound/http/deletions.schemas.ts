import { deletionSchema, deletionStates, syncMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { limitParameter } from './page.schemas.js';
import { resourceName } from './runs.schemas.js';

const { decideDeletion, undoDeletion, getDeletions } = syncMessages.clioSyncMessages;

export const deletionsQuery = z.strictObject({
  state: z.enum(deletionStates).optional().describe('held: waits for a decision. Any when absent.'),
  connectionId: z.uuid().optional(),
  resource: resourceName.optional(),
  limit: limitParameter,
});
export type DeletionsQuery = z.output<typeof deletionsQuery>;

export const deletion = deletionSchema;
export const deletionList = getDeletions.reply.meta({ id: 'DeletionList' });
export type DeletionList = z.output<typeof deletionList>;

const reason = decideDeletion.data.shape.reason.unwrap();

export const deletionApproval = z
  .strictObject({ reason: reason.optional().describe('Stays on record.') })
  .meta({ id: 'DeletionApproval' });
export type DeletionApproval = z.output<typeof deletionApproval>;

export const deletionRejection = z
  .strictObject({ reason: reason.describe('Why the records are kept; it stays on record.') })
  .meta({ id: 'DeletionRejection' });
export type DeletionRejection = z.output<typeof deletionRejection>;

export const deletionUndo = z
  .strictObject({
    recordIds: undoDeletion.data.shape.recordIds.unwrap().optional().describe('All of the deletion when absent.'),
  })
  .meta({ id: 'DeletionUndo' });
export type DeletionUndo = z.output<typeof deletionUndo>;
