import { cancelRun, pauseRun, resumeRun, type Run } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { useAction } from '../../api/use-action.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { useMay } from '../session/session.js';

const question =
  'End this sync? What it has brought stays. What was not read yet is read by a later sync; after a first sync, by one you start.';

/** Pause or resume, and cancel: for a run that is not over. */
export function RunControls({ run }: { readonly run: Run }) {
  const may = useMay('runs.start');
  const path = { runId: run.runId };
  const isPaused = run.state === 'paused';
  const rest = useAction(async () => {
    await answerOf(isPaused ? resumeRun({ path }) : pauseRun({ path }));
  });
  const cancel = useAction(async () => {
    if (window.confirm(question)) await answerOf(cancelRun({ path }));
  });
  const isBusy = rest.isRunning || cancel.isRunning;
  return (
    <>
      <span className="btn-group btn-group-sm">
        <button
          type="button"
          className="btn btn-outline-secondary"
          title={may.reason}
          disabled={!may.isAllowed || isBusy}
          onClick={() => rest.run()}
        >
          {isPaused ? 'Resume' : 'Pause'}
        </button>
        <button
          type="button"
          className="btn btn-outline-danger"
          title={may.reason}
          disabled={!may.isAllowed || isBusy}
          onClick={() => cancel.run()}
        >
          Cancel
        </button>
      </span>
      <RefusalAlert refusal={rest.refusal ?? cancel.refusal} />
    </>
  );
}
