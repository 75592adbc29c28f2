import type { Run } from '@firmbridge/api-client';
import { Badge } from '../../ui/badge.js';
import { formatCount, formatDuration, formatMany, formatRate, formatTimeLeft } from '../../ui/format.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { useNow } from '../../ui/use-now.js';
import { elapsedMs, percentOf, rateOf, totalsOf } from './progress.js';
import { RunControls } from './run-controls.js';
import { ResourceRow } from './resource-row.js';
import { modeWords, stateWords } from './run-words.js';

const tones = {
  running: 'active',
  paused: 'parked',
  parked: 'parked',
  completed: 'done',
  failed: 'failed',
  cancelled: 'parked',
} as const;

interface RunPanelProps {
  readonly run: Run;
  readonly accountName: string | null;
}

export function RunPanel({ run, accountName }: RunPanelProps) {
  const now = useNow(run.finishedAt === null);
  const percent = percentOf(run);
  const { records, events, calls, rejected, over, failed } = totalsOf(run);
  const rate = rateOf(run, now);
  const { tone, words } = stateWords[run.state];
  return (
    <div className="panel run-panel">
      <div className="run-head">
        <span className="run-title">
          {modeWords[run.mode]}
          {accountName !== null && <span className="text-body-secondary"> · {accountName}</span>}
        </span>
        <Badge tone={tone}>{words}</Badge>
        <span className="run-percent" aria-hidden="true">
          {percent}
          <small>%</small>
        </span>
      </div>
      <ProgressBar thick label="The whole sync" percent={percent} tone={tones[run.state]} />
      {run.finishedAt === null && (
        <div className="run-controls">
          <span className="text-body-secondary" role="status">
            {run.state === 'paused'
              ? 'Paused: nothing is read until somebody resumes it.'
              : run.secondsLeft !== null && formatTimeLeft(run.secondsLeft)}
          </span>
          <RunControls run={run} />
        </div>
      )}
      <dl className="run-facts">
        <Fact name={run.finishedAt === null ? 'Elapsed' : 'Took'} value={formatDuration(elapsedMs(run, now))} />
        <Fact name="Resources" value={`${over} / ${run.resources.length}`} />
        <Fact name="Records" value={formatCount(records)} />
        <Fact name="Rate" value={rate === null ? '–' : formatRate(rate)} />
        <Fact name="Calls" value={formatCount(calls)} />
        <Fact name="Events" value={formatCount(events)} />
        <Fact name="Set aside" value={formatCount(rejected)} isBad={rejected > 0} />
      </dl>
      {failed > 0 && <p className="run-failed">{formatMany(failed, 'resource')} failed; all others went on.</p>}
      <details open={run.finishedAt === null || failed > 0}>
        <summary>{formatMany(run.resources.length, 'resource')}</summary>
        <ul className="resource-grid">
          {run.resources.map((progress) => (
            <ResourceRow key={progress.resource} progress={progress} />
          ))}
        </ul>
      </details>
    </div>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly isBad?: boolean;
}

function Fact({ name, value, isBad = false }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={isBad ? 'text-warning' : undefined}>{value}</dd>
    </div>
  );
}
