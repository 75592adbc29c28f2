import { errorKinds, operationMessages, type Operation as KnownOperation } from '@firmbridge/contracts';
import { z } from 'zod';
import { limitParameter } from './page.schemas.js';

const problem = operationMessages.operationProblemSchema
  .extend({ advice: z.string().describe('What to do about it.') })
  .meta({ id: 'OperationProblem' });

/** Without what is ours alone, with advice. */
export const operation = operationMessages.operationSchema
  .omit({ requestHash: true })
  .extend({ problem: problem.nullable() })
  .meta({ id: 'Operation', description: 'One write that somebody asked for, and what became of it.' });
export type Operation = z.output<typeof operation>;
export const operationList = z.object({ operations: z.array(operation) }).meta({ id: 'OperationList' });
export type OperationList = z.output<typeof operationList>;

export const operationsQuery = z.strictObject({
  state: operationMessages.operationStateSchema
    .optional()
    .describe('`unknown` for those that wait for a decision of a person.'),
  limit: limitParameter,
});
export type OperationsQuery = z.output<typeof operationsQuery>;

export const operationDecision = z
  .strictObject({
    decision: z
      .enum(['happened', 'again', 'dismiss'])
      .describe('It happened: the record is read again and taken over. Do it again. Leave it as it is.'),
    recordId: z
      .string()
      .regex(/^\d{1,19}$/)
      .optional()
      .describe('Of the record that was made, where a creation happened.'),
  })
  .meta({ id: 'OperationDecision', example: { decision: 'happened', recordId: '1187240963' } });
export type OperationDecision = z.output<typeof operationDecision>;

export function shownOperation({ requestHash: _ours, problem: known, ...rest }: KnownOperation): Operation {
  return { ...rest, problem: known === null ? null : { ...known, advice: errorKinds[known.kind].advice } };
}
