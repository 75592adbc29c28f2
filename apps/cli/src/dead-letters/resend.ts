import { resendDeadLetters as resend, type AcceptedResend } from '@firmbridge/api-client';
import { CommandFailure } from '../failures.js';
import { answerOf } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import { countOf } from '../output/text.js';
import { fullTime } from '../output/time.js';
import type { Session } from '../session.js';
import { isConfirmed, selectionOf, type SelectionOptions } from './selection.js';

export interface ResendOptions extends SelectionOptions {
  readonly perSecond: number;
}

const nothing: AcceptedResend = { accepted: 0, lastDueAt: null, notResendable: 0, left: 0 };

export async function resendDeadLetters(
  session: Session,
  ids: readonly string[],
  options: ResendOptions,
): Promise<void> {
  const { terminal, now } = session;
  const body = { ...selectionOf(ids, options), perSecond: options.perSecond };
  const question = `Send them again, to each queue at most ${options.perSecond} a second?`;
  const goesOn = ids.length > 0 || (await isConfirmed(session, options, question));
  const result = goesOn ? await resendAll(session, body) : nothing;
  terminal.print(options.json ? asJson(result) : told(result, now()));
  if (ids.length > 0 && result.accepted === 0) {
    const why = 'None of the named messages is sent again; firmbridge dead-letters show ID tells where one stands.';
    throw new CommandFailure(why, { code: 'none_waiting' });
  }
}

/** One decision takes a limited number of messages. */
async function resendAll({ client }: Session, body: Parameters<typeof resend>[0]['body']): Promise<AcceptedResend> {
  let result = nothing;
  for (;;) {
    const next = await answerOf(resend({ client, body }));
    result = { ...next, accepted: result.accepted + next.accepted, lastDueAt: next.lastDueAt ?? result.lastDueAt };
    if (next.left === 0 || next.accepted === 0) return result;
  }
}

function told({ accepted, lastDueAt, notResendable }: AcceptedResend, now: Date): string {
  const due = lastDueAt === null ? '' : `, the last of them due ${fullTime(lastDueAt, now)}`;
  const first =
    accepted === 0
      ? 'No message that waits for a decision matches.'
      : `${countOf(accepted, 'message')} on the way${due}.`;
  if (notResendable === 0) return first;
  return `${first}\n${countOf(notResendable, 'message')} cannot be sent again, because too little of the body was kept.`;
}
