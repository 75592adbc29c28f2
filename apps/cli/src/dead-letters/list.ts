import type { DeadLetter } from '@firmbridge/api-client';
import { asJson } from '../output/json.js';
import type { Session } from '../session.js';
import { findDeadLetters } from './find.js';
import { deadLetterTable } from './letter-text.js';
import { elsewhere, scopeOf, type ScopeOptions } from './scope.js';

export interface ListOptions extends ScopeOptions {
  readonly state: DeadLetter['state'] | 'any';
  readonly queue?: string;
  readonly type?: string;
  readonly fingerprint?: string;
  readonly limit: number;
}

export async function listDeadLetters({ client, terminal, now }: Session, options: ListOptions): Promise<void> {
  const { state, queue, type, fingerprint, limit, json } = options;
  const criteria = { scope: scopeOf(options), queue, type, fingerprint, ...(state === 'any' ? {} : { state }) };
  const found = await findDeadLetters(client, criteria, limit);
  if (json) return terminal.print(asJson(found));
  if (found.deadLetters.length === 0) return terminal.print(nothing(options) + elsewhere(options));
  terminal.print(deadLetterTable(found.deadLetters, now()));
  const platform = options.platform ? ' --platform' : '';
  terminal.tell(
    found.nextCursor === null
      ? `firmbridge dead-letters show ID${platform} tells all about one, and what can be done.`
      : `There are more: raise --limit, or see them by cause with firmbridge dead-letters groups${platform}.`,
  );
}

function nothing({ state, queue, type, fingerprint }: ListOptions): string {
  const isNarrowed = [queue, type, fingerprint].some((criterion) => criterion !== undefined);
  if (isNarrowed) return 'No message matches. firmbridge dead-letters groups shows what there is, by cause.';
  if (state === 'waiting') {
    return 'No message waits for a decision. One whose last attempt fails, or that cannot be read, is set aside and shown here.';
  }
  return state === 'any' ? 'No message was ever set aside.' : `No message is in state ${state}.`;
}
