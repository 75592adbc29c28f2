import { listDeadLetters, type Client, type DeadLetter, type DeadLetterList } from '@firmbridge/api-client';
import { answerOf } from '../gateway-answer.js';

const mostPerPage = 50;

export interface Criteria {
  readonly scope: 'tenant' | 'platform';
  readonly state?: DeadLetter['state'];
  readonly queue?: string;
  readonly type?: string;
  readonly fingerprint?: string;
}

/** Asks page by page, newest first, until there are so many or no more. */
export async function findDeadLetters(client: Client, criteria: Criteria, most: number): Promise<DeadLetterList> {
  const found: DeadLetter[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(mostPerPage, most - found.length);
    const page = await answerOf(listDeadLetters({ client, query: { ...criteria, limit, cursor } }));
    found.push(...page.deadLetters);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < most);
  return { deadLetters: found, nextCursor: cursor ?? null };
}
