import { discardDeadLetters as discard, type DiscardedDeadLetters } from '@firmbridge/api-client';
import { CommandFailure } from '../failures.js';
import { answerOf } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import { countOf } from '../output/text.js';
import type { Session } from '../session.js';
import { isConfirmed, selectionOf, type SelectionOptions } from './selection.js';

export interface DiscardOptions extends SelectionOptions {
  readonly reason: string;
}

const nothing: DiscardedDeadLetters = { discarded: 0, left: 0 };

export async function discardDeadLetters(
  session: Session,
  ids: readonly string[],
  options: DiscardOptions,
): Promise<void> {
  const body = { ...selectionOf(ids, options), reason: options.reason };
  const question = 'Discard them? They stay readable and are not handled any more.';
  const goesOn = ids.length > 0 || (await isConfirmed(session, options, question));
  const result = goesOn ? await discardAll(session, body) : nothing;
  session.terminal.print(options.json ? asJson(result) : told(result));
  if (ids.length > 0 && result.discarded === 0) {
    const why = 'None of the named messages is discarded; firmbridge dead-letters show ID tells where one stands.';
    throw new CommandFailure(why, { code: 'none_waiting' });
  }
}

/** One decision takes a limited number of messages. */
async function discardAll(
  { client }: Session,
  body: Parameters<typeof discard>[0]['body'],
): Promise<DiscardedDeadLetters> {
  let result = nothing;
  for (;;) {
    const next = await answerOf(discard({ client, body }));
    result = { ...next, discarded: result.discarded + next.discarded };
    if (next.left === 0 || next.discarded === 0) return result;
  }
}

function told({ discarded }: DiscardedDeadLetters): string {
  if (discarded === 0) return 'No message that waits for a decision matches.';
  return `${countOf(discarded, 'message')} discarded.`;
}
