import {
  approveDeletion,
  listDeletions,
  rejectDeletion,
  undoDeletion,
  type Deletion,
  type DeletionList,
} from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';
import type { Tone } from '../../ui/badge.js';
import { formatCount, formatMany } from '../../ui/format.js';

export const deletions = new RemoteValue<DeletionList>(() => answerOf(listDeletions({ query: { limit: 10 } })), 30_000);

export async function approve(deletionId: string): Promise<void> {
  await answerOf(approveDeletion({ path: { deletionId }, body: {} }));
  await deletions.refresh();
}

export async function reject(deletionId: string, reason: string): Promise<void> {
  await answerOf(rejectDeletion({ path: { deletionId }, body: { reason } }));
  await deletions.refresh();
}

export async function undo(deletionId: string): Promise<void> {
  await answerOf(undoDeletion({ path: { deletionId }, body: {} }));
  await deletions.refresh();
}

export const deletionWords: Readonly<Record<Deletion['state'], { readonly tone: Tone; readonly words: string }>> = {
  held: { tone: 'warning', words: 'Waits for you' },
  approved: { tone: 'info', words: 'Deleting' },
  deleted: { tone: 'plain', words: 'Deleted' },
  rejected: { tone: 'good', words: 'Kept' },
  withdrawn: { tone: 'good', words: 'Came back by itself' },
  undoing: { tone: 'info', words: 'Coming back' },
  undone: { tone: 'good', words: 'Brought back' },
};

const causes: Readonly<Record<Deletion['evidence'], string>> = {
  tombstone: 'The provider said so',
  not_found: 'The provider does not find them',
  absent_from_sweep: 'A complete list of all ids has them no more',
};

/** What is gone and how we know, in a sentence. */
export function sentenceOf({ records, ofRecords, resource, evidence }: Deletion): string {
  const share = ofRecords === null ? '' : ` of ${formatCount(ofRecords)}`;
  return `${formatMany(records, 'record')}${share} in ${resource.replaceAll('_', ' ')}. ${causes[evidence]}.`;
}
