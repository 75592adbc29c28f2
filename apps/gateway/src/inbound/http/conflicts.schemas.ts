import { agreementMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { limitParameter } from './page.schemas.js';

const { findConflicts, decideConflicts } = agreementMessages;

export const conflictsQuery = z.strictObject({
  state: findConflicts.data.shape.state.default('open'),
  limit: limitParameter,
});
export type ConflictsQuery = z.output<typeof conflictsQuery>;

export const conflict = agreementMessages.conflictSchema;
export const conflictList = findConflicts.reply.meta({ id: 'ConflictList' });
export type ConflictList = z.output<typeof conflictList>;

export const decisions = z
  .strictObject({
    ...decideConflicts.data.shape,
    always: decideConflicts.data.shape.always
      .default(false)
      .describe('Make it the policy of the field for these two accounts, and decide what else waits about it.'),
  })
  .meta({ id: 'ConflictDecision' });
export type Decisions = z.output<typeof decisions>;
export const decided = decideConflicts.reply.meta({ id: 'DecidedConflicts' });
export type Decided = z.output<typeof decided>;
