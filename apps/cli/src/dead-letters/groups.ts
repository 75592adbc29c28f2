import { listDeadLetterGroups } from '@firmbridge/api-client';
import { answerOf } from '../gateway-answer.js';
import { asJson } from '../output/json.js';
import type { Session } from '../session.js';
import { groupTable } from './letter-text.js';
import { elsewhere, scopeOf, type ScopeOptions } from './scope.js';

const mostGroups = 50;

export async function groupDeadLetters({ client, terminal, now }: Session, options: ScopeOptions): Promise<void> {
  const query = { scope: scopeOf(options), limit: mostGroups };
  const reply = await answerOf(listDeadLetterGroups({ client, query }));
  if (options.json) return terminal.print(asJson(reply));
  if (reply.groups.length === 0) return terminal.print(`No message waits for a decision.${elsewhere(options)}`);
  terminal.print(groupTable(reply.groups, now()));
  const which = options.platform ? '--platform --fingerprint FINGERPRINT' : '--fingerprint FINGERPRINT';
  terminal.tell(
    `When a cause is gone: firmbridge dead-letters resend ${which}.\n` +
      `When nobody needs the messages: firmbridge dead-letters discard ${which} --reason TEXT.`,
  );
}
