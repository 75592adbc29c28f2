import type { AccountOutcome, Called } from './oauth-client.js';
import type { CallRecord, HttpAnswer } from './provider-http.js';

/** Network failures, 429 and 5xx pass; anything else is an answer. */
export function isTransient({ status }: HttpAnswer): boolean {
  return status === null || status === 408 || status === 429 || status >= 500;
}

export function unavailable(provider: string, answer: HttpAnswer) {
  const how = answer.status === null ? 'did not answer' : `answered with ${answer.status}`;
  return {
    kind: 'unavailable',
    reason: `${provider} ${how}.`,
    retryAfterMs: retryAfterMs(answer),
    isUnknown: answer.status === null,
  } as const;
}

/** The answer has a status that promises tokens, and no tokens that we can read. */
export function unreadable(provider: string) {
  return {
    kind: 'unavailable',
    reason: `${provider} answered with something unreadable.`,
    retryAfterMs: null,
    isUnknown: true,
  } as const;
}

function retryAfterMs({ headers }: HttpAnswer): number | null {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

export interface Repetition {
  readonly random: () => number;
  readonly attempts: number;
  readonly pauseMs: number;
}

/** Reading the account is repeated a little: the person's consent would be lost with the code. */
export async function untilAnswered(
  read: () => Promise<Called<AccountOutcome>>,
  { random, attempts, pauseMs }: Repetition,
): Promise<Called<AccountOutcome>> {
  const calls: CallRecord[] = [];
  for (let attempt = 1; ; attempt++) {
    const outcome = await read();
    calls.push(...outcome.calls.map((call) => ({ ...call, attempt })));
    if (outcome.kind !== 'unavailable' || attempt >= attempts) return { ...outcome, calls };
    await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt * (0.5 + random())));
  }
}
