import { actorCodec, errorKinds, type ErrorKind, type OperationProblem } from '@firmbridge/contracts';
import type { ClaimedWrite } from './write-task.js';

export interface FailureFacts {
  /** The provider may have done it. */
  readonly isUnclear: boolean;
  /** How the attempt itself ended, when this is the failure of looking what became of it. */
  readonly cause: OperationProblem | null;
  readonly maxAttempts: number;
  /** Where the provider names no pause. */
  readonly pauseMs: number;
  readonly now: Date;
}

export type NextStep =
  | { readonly do: 'end'; readonly outcome: 'refused' | 'unknown' }
  | {
      readonly do: 'wait';
      readonly state: 'pending' | 'unclear';
      readonly waitMs: number;
      readonly countsForNothing: boolean;
    };

/** A write is not refused for having waited: for a shutdown, for budget, for a person who connects the account again. */
const countsForNothing: ReadonlySet<ErrorKind> = new Set(['cancelled', 'rate_limited', 'unauthorized']);

/**
 * What becomes of a write that failed. One that mapping wants waits for as long as it may help. One that a person waits for is
 * refused when the pause lasts longer than they do: nothing happens behind their back; once they were told that it is an
 * operation to follow, it waits, too.
 */
export function afterFailure(write: ClaimedWrite, problem: OperationProblem, facts: FailureFacts): NextStep {
  const { kind } = problem;
  const { isUnclear, maxAttempts, pauseMs, now } = facts;
  const isOpen = (isUnclear && !isHandedBack(write, facts)) || kind === 'unknown_outcome';
  const end = { do: 'end', outcome: isOpen ? 'unknown' : 'refused' } as const;
  const waitsForPerson = kind === 'unauthorized' && !isAskedFor(write);
  if (!errorKinds[kind].retryable && !waitsForPerson && kind !== 'unknown_outcome') return end;
  const isFree = countsForNothing.has(kind);
  if (write.attempts >= maxAttempts && !isFree) return end;
  const waitMs = kind === 'cancelled' ? 0 : (problem.retryAfterMs ?? pauseMs);
  if (!isOpen && outlastsWhoWaits(write, now, waitMs)) return end;
  return { do: 'wait', state: isUnclear ? 'unclear' : 'pending', waitMs, countsForNothing: isFree };
}

/** A change that was answered with "unavailable" may go back to whoever asked: repeating it doubles nothing. */
function isHandedBack(write: ClaimedWrite, { cause }: FailureFacts): boolean {
  return isAskedFor(write) && write.recordId !== null && cause?.kind === 'unavailable';
}

/** By a person or a program, who may ask again; the platform's own writes are nobody's to repeat. */
function isAskedFor({ request, actor }: ClaimedWrite): boolean {
  return request !== null && actorCodec.parse(actor).kind !== 'system';
}

function outlastsWhoWaits({ request }: ClaimedWrite, now: Date, waitMs: number): boolean {
  if (request === null || request.answerBy === null) return false;
  const answerBy = Date.parse(request.answerBy);
  return now.getTime() < answerBy && now.getTime() + waitMs >= answerBy;
}
