import type { Run } from '@firmbridge/api-client';
import { useSyncExternalStore } from 'react';
import { openEventStream, type StreamState } from '../../api/event-stream.js';
import { connections } from '../connections/connections.js';
import { deletions } from '../deletions/deletions.js';
import { entityCounts } from '../entities/entity-counts.js';
import { session } from '../session/session.js';
import { problems } from '../problems/problems.js';
import { transactions } from '../transactions/transactions.js';

export interface Live {
  readonly state: StreamState;
  /** null until the first answer; then newest first. */
  readonly runs: readonly Run[] | null;
}

const keptRuns = 20;
/** The stream tells the current runs right after opening; a firm without any hears nothing. */
const noRunsAfterMs = 1_500;

let live: Live = { state: 'connecting', runs: null };
const listeners = new Set<() => void>();
let close: (() => void) | null = null;

function become(next: Partial<Live>): void {
  live = { ...live, ...next };
  for (const listener of listeners) listener();
}

function withRun(runs: readonly Run[], run: Run): Run[] {
  const others = runs.filter(({ runId }) => runId !== run.runId);
  return [run, ...others].sort((a, b) => b.startedAt.localeCompare(a.startedAt)).slice(0, keptRuns);
}

function refreshWhatRunsChange(): void {
  entityCounts.refreshSoon();
  transactions.refreshSoon();
}

function open(): () => void {
  return openEventStream({
    onState: (state) => {
      become({ state });
      if (state === 'reconnecting') void session.refresh();
      if (state !== 'live') return;
      window.setTimeout(() => live.runs ?? become({ runs: [] }), noRunsAfterMs);
      void connections.refresh();
    },
    onEvent: ({ event, data }) => {
      if (event === 'run') {
        become({ runs: withRun(live.runs ?? [], data) });
        refreshWhatRunsChange();
      } else if (event === 'problem') {
        problems.refreshSoon();
        deletions.refreshSoon();
      } else if (event === 'connection') connections.refreshSoon();
    },
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  close ??= open();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    close?.();
    close = null;
  };
}

/** What the gateway tells while the page is open. */
export function useLive(): Live {
  return useSyncExternalStore(subscribe, () => live);
}
