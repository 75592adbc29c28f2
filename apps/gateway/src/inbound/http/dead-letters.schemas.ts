import { auditMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { limitParameter, pageParameters } from './page.schemas.js';

const { resendDeadLetters, discardDeadLetters, editDeadLetter, deadLetterSelectionSchema } = auditMessages;
const { perSecond } = resendDeadLetters.data.shape;
const { reason } = discardDeadLetters.data.shape;

const scope = auditMessages.deadLetterScopeSchema
  .default('tenant')
  .describe('platform: messages whose tenant cannot be read; only for whoever runs the platform.');
const queue = z.string().min(1).max(200).optional().describe('In which it failed, as in `queue` of a dead letter.');
const fingerprint = z.string().min(1).max(64).optional().describe('The same for messages that failed for one cause.');

export const deadLettersQuery = z.strictObject({
  scope,
  state: z.enum(auditMessages.deadLetterStates).optional().describe('Any when absent.'),
  queue,
  type: z.string().min(1).max(200).optional().describe('Of the message: `firmbridge.clio-sync.start-run.v1`.'),
  fingerprint,
  ...pageParameters,
});
export type DeadLettersQuery = z.output<typeof deadLettersQuery>;
export const deadLetterList = auditMessages.searchDeadLetters.reply.meta({ id: 'DeadLetterList' });
export type DeadLetterList = z.output<typeof deadLetterList>;

export const groupsQuery = z.strictObject({ scope, limit: limitParameter });
export type GroupsQuery = z.output<typeof groupsQuery>;
export const deadLetterGroups = auditMessages.groupDeadLetters.reply.meta({ id: 'DeadLetterGroups' });
export type DeadLetterGroups = z.output<typeof deadLetterGroups>;

export const scopeQuery = z.strictObject({ scope });
export type ScopeQuery = z.output<typeof scopeQuery>;
export const openedDeadLetter = auditMessages.getDeadLetter.reply.meta({ id: 'OpenedDeadLetter' });
export type OpenedDeadLetter = z.output<typeof openedDeadLetter>;

const selection = {
  scope,
  deadLetterIds: deadLetterSelectionSchema.shape.deadLetterIds.unwrap().optional(),
  fingerprint,
  queue,
};
const selected = 'Waiting messages that match everything given; at least one of deadLetterIds, fingerprint and queue.';

export const deadLetterResend = z
  .strictObject({ ...selection, perSecond: perSecond.default(10) })
  .meta({ id: 'DeadLetterResend', description: selected });
export type DeadLetterResend = z.output<typeof deadLetterResend>;
export const acceptedResend = resendDeadLetters.reply.meta({ id: 'AcceptedResend' });
export type AcceptedResend = z.output<typeof acceptedResend>;

export const deadLetterDiscard = z
  .strictObject({ ...selection, reason })
  .meta({ id: 'DeadLetterDiscard', description: selected });
export type DeadLetterDiscard = z.output<typeof deadLetterDiscard>;
export const discarded = discardDeadLetters.reply.meta({ id: 'DiscardedDeadLetters' });
export type Discarded = z.output<typeof discarded>;

export const deadLetterEdit = z
  .strictObject({ data: editDeadLetter.data.shape.data.describe('The whole data of the command.'), reason })
  .meta({ id: 'DeadLetterEdit' });
export type DeadLetterEdit = z.output<typeof deadLetterEdit>;
export const replacement = editDeadLetter.reply.meta({ id: 'DeadLetterReplacement' });
export type Replacement = z.output<typeof replacement>;
