import { startRun } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { EmptyState } from '../../ui/empty-state.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { connections } from '../connections/connections.js';
import { useLive } from '../live/live.js';
import { useMay } from '../session/session.js';
import { RunPanel } from './run-panel.js';

/** The run that is going on, else the newest one. */
export function SyncSection() {
  const { runs } = useLive();
  const { value } = useRemote(connections);
  const readable = (value?.connections ?? []).filter(
    ({ provider, status }) => provider === 'clio' && status === 'active',
  );
  const unfinished = (runs ?? []).filter(({ finishedAt }) => finishedAt === null);
  const shown = unfinished.length > 0 ? unfinished : (runs ?? []).slice(0, 1);
  const idle = readable.filter(({ connectionId }) => !unfinished.some((run) => run.connectionId === connectionId));
  const start = useMay('runs.start');
  const sync = useAction(async () => {
    await Promise.all(
      idle.map(({ connectionId }) =>
        answerOf(startRun({ path: { connectionId }, body: { mode: 'incremental', resources: [] } })),
      ),
    );
  });
  const nameOf = (connectionId: string) =>
    value?.connections.find((connection) => connection.connectionId === connectionId)?.accountName ?? null;
  const actions = (
    <button
      type="button"
      className="btn btn-sm btn-primary"
      title={start.reason}
      disabled={!start.isAllowed || sync.isRunning || idle.length === 0}
      onClick={() => sync.run()}
    >
      {unfinished.length > 0 ? 'Syncing…' : 'Sync now'}
    </button>
  );
  return (
    <Section title="Sync" actions={actions}>
      <RefusalAlert refusal={sync.refusal} />
      {runs === null ? (
        <div className="panel run-panel skeleton-card" aria-busy="true" />
      ) : shown.length === 0 ? (
        <EmptyState title="Nothing was read yet">
          {readable.length > 0
            ? 'The first sync begins by itself in a moment; its progress appears here.'
            : 'Connect a Clio account above: its first sync begins by itself, and its progress appears here.'}
        </EmptyState>
      ) : (
        shown.map((run) => <RunPanel key={run.runId} run={run} accountName={nameOf(run.connectionId)} />)
      )}
    </Section>
  );
}
