import {
  decideConflicts,
  listConflicts,
  undoConflict,
  type Conflict,
  type ConflictDecision,
  type ConflictList,
} from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export const openConflicts = new RemoteValue<ConflictList>(
  () => answerOf(listConflicts({ query: { limit: 10 } })),
  30_000,
);
export const decidedConflicts = new RemoteValue<ConflictList>(
  () => answerOf(listConflicts({ query: { limit: 5, state: 'decided' } })),
  30_000,
);

async function refresh(): Promise<void> {
  await Promise.all([openConflicts.refresh(), decidedConflicts.refresh()]);
}

export type Take = ConflictDecision['take'];

export async function decide(conflictId: string, take: Take, always = false): Promise<void> {
  await answerOf(decideConflicts({ body: { conflictIds: [conflictId], take, always } }));
  await refresh();
}

export async function undo(conflictId: string): Promise<void> {
  await answerOf(undoConflict({ path: { conflictId } }));
  await refresh();
}

/** A value as a person reads it. */
export function readable(value: Conflict['clio']['value']): string {
  const text = typeof value === 'object' && value !== null ? Object.values(value).filter(Boolean).join(', ') : value;
  return text === null || text === '' ? '–' : text;
}
