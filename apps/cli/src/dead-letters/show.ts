import { getDeadLetter } from '@firmbridge/api-client';
import { answerOf } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import type { Session } from '../session.js';
import { letterPage } from './letter-text.js';
import { scopeOf, type ScopeOptions } from './scope.js';

export async function showDeadLetter(session: Session, deadLetterId: string, options: ScopeOptions): Promise<void> {
  const { client, terminal, now } = session;
  const scope = scopeOf(options);
  const opened = await answerOf(getDeadLetter({ client, path: { deadLetterId }, query: { scope } }));
  terminal.print(options.json ? asJson(opened) : letterPage(opened, scope, now()));
}
