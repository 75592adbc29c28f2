import type { Run } from '@firmbridge/api-client';
import { Badge } from '../../ui/badge.js';
import { EmptyState } from '../../ui/empty-state.js';
import { formatDuration, formatInstant, formatMany } from '../../ui/format.js';
import { Section } from '../../ui/section.js';
import { useLive } from '../live/live.js';
import { elapsedMs, totalsOf } from './progress.js';
import { modeWords, stateWords } from './run-words.js';

const shownRuns = 6;

export function PastRunsSection() {
  const { runs } = useLive();
  const past = (runs ?? []).filter(({ finishedAt }) => finishedAt !== null).slice(0, shownRuns);
  return (
    <Section title="Finished syncs">
      {runs === null ? (
        <div className="panel skeleton-card" aria-busy="true" />
      ) : past.length === 0 ? (
        <EmptyState title="None yet">Each sync that is over stays listed here with what it brought.</EmptyState>
      ) : (
        <ul className="panel plain-list">
          {past.map((run) => (
            <PastRun key={run.runId} run={run} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function PastRun({ run }: { readonly run: Run }) {
  const { tone, words } = stateWords[run.state];
  const { records, events } = totalsOf(run);
  return (
    <li>
      <div className="d-flex align-items-center gap-2">
        <span>{modeWords[run.mode]}</span>
        <time className="small text-body-secondary" dateTime={run.startedAt}>
          {formatInstant(run.startedAt)}
        </time>
        <span className="ms-auto">
          <Badge tone={tone}>{words}</Badge>
        </span>
      </div>
      <p className="problem-facts">
        <span>{formatDuration(elapsedMs(run, 0))}</span>
        <span>{formatMany(records, 'record')}</span>
        <span>{formatMany(events, 'event')}</span>
      </p>
    </li>
  );
}
