import type { DeadLetter } from '@firmbridge/api-client';
import { CommandFailure, UsageError } from '../failures.js';
import { countOf, count, printable } from '../output/text.js';
import type { Session } from '../session.js';
import { findDeadLetters } from './find.js';
import { scopeOf, type ScopeOptions } from './scope.js';

/** A person is told the exact number up to here. */
const mostCounted = 1_000;
const mostKinds = 10;

export interface SelectionOptions extends ScopeOptions {
  readonly fingerprint?: string;
  readonly queue?: string;
  readonly yes?: boolean;
}

/** The messages a decision is about, in the API's terms. */
export function selectionOf(ids: readonly string[], { fingerprint, queue, ...options }: SelectionOptions) {
  if (ids.length === 0 && fingerprint === undefined && queue === undefined) {
    throw new UsageError('Say which messages: give their ids, --fingerprint or --queue.');
  }
  const named = ids.length === 0 ? {} : { deadLetterIds: [...ids] };
  return { scope: scopeOf(options), fingerprint, queue, ...named };
}

/**
 * Before messages are decided about that nobody has named one by one: shows how many there are and asks. False when there is
 * none; throws when the person says no or cannot be asked.
 */
export async function isConfirmed(session: Session, options: SelectionOptions, question: string): Promise<boolean> {
  if (options.yes) return true;
  const { fingerprint, queue } = options;
  const criteria = { scope: scopeOf(options), state: 'waiting', fingerprint, queue } as const;
  const { deadLetters, nextCursor } = await findDeadLetters(session.client, criteria, mostCounted);
  if (deadLetters.length === 0) return false;
  session.terminal.tell(summary(deadLetters, nextCursor !== null));
  if (!session.terminal.canAsk)
    throw new UsageError('Nobody can be asked here: add --yes to decide about all of them.');
  if (await session.terminal.ask(question)) return true;
  throw new CommandFailure('Nothing was changed.', { code: 'not_confirmed' });
}

function summary(letters: readonly DeadLetter[], areMore: boolean): string {
  const kinds = new Map<string, number>();
  for (const { queue, errorCode } of letters) {
    const kind = `${printable(queue)}: ${printable(errorCode)}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const largest = [...kinds].sort(([, a], [, b]) => b - a);
  const lines = largest.slice(0, mostKinds).map(([kind, number]) => `  ${count(number).padStart(7)}  ${kind}`);
  const rest =
    largest.length > mostKinds ? [`           and ${countOf(largest.length - mostKinds, 'other cause')}`] : [];
  const how = areMore ? `More than ${count(letters.length)} messages` : countOf(letters.length, 'message');
  return [`${how} waiting for a decision:`, ...lines, ...rest].join('\n');
}
