import {
  discardDeadLetters,
  listDeadLetterGroups,
  resendDeadLetters,
  type DeadLetterGroups,
} from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export const deadLetterGroups = new RemoteValue<DeadLetterGroups>(
  () => answerOf(listDeadLetterGroups({ query: { limit: 20 } })),
  30_000,
);

/** Gives the messages of a group back to the queue in which they failed. */
export async function tryAgain(fingerprint: string): Promise<void> {
  await answerOf(resendDeadLetters({ body: { fingerprint } }));
  await deadLetterGroups.refresh();
}

/** Decides that nobody needs the messages of a group any more. */
export async function discard(fingerprint: string, reason: string): Promise<void> {
  await answerOf(discardDeadLetters({ body: { fingerprint, reason } }));
  await deadLetterGroups.refresh();
}
