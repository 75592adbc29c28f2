import { errorKinds, type OperationProblem } from '@firmbridge/contracts';
import { z } from 'zod';
import type { Side } from '../../domain/agreement/mappings.js';

const names = { clio: 'Clio', ghl: 'GoHighLevel' };
const duplicate = z.looseObject({ duplicate: z.looseObject({ id: z.string().nullable() }) });

/** Why a side did not take a value, and what a person may do about it. */
export function refusalOf(side: Side, problem: OperationProblem | null): string {
  if (problem === null)
    return `${names[side]} did not take it, and nobody knows why. Try again, or take the value of the other side.`;
  const said = `${names[side]} did not take it: ${problem.message.replace(/\.?$/, '.')}`;
  const other = duplicate.safeParse(problem.details).data?.duplicate.id;
  if (other !== undefined)
    return `${said} It belongs to another record there (${other ?? 'unnamed'}): merge the two there and try again, or take the value of ${names[side]}.`;
  if (problem.kind === 'unknown_outcome') return `${said} It may have been written: look there before you decide.`;
  return `${said} ${errorKinds[problem.kind].advice} Then try again, or take the value of ${names[side]}.`;
}
