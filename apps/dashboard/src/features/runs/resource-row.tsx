import type { ResourceProgress } from '@firmbridge/api-client';
import { formatCount, formatMany, formatName } from '../../ui/format.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { fractionOf, isOver } from './progress.js';
import { resourceWords } from './run-words.js';

const tones = {
  waiting: 'waiting',
  fetching: 'active',
  applying: 'active',
  completed: 'done',
  failed: 'failed',
  cancelled: 'parked',
} as const;

export function ResourceRow({ progress }: { readonly progress: ResourceProgress }) {
  const { resource, state, records, expected, pages, calls, events, rejected, reason } = progress;
  const name = formatName(resource);
  const count =
    expected === null || isOver(progress) ? formatCount(records) : `${formatCount(records)} / ${formatCount(expected)}`;
  return (
    <li className={`resource resource-${state}`}>
      <div className="resource-head">
        <span className="resource-name">{name}</span>
        <span className="resource-state">{resourceWords[state]}</span>
        <span className="resource-count">{count}</span>
      </div>
      <ProgressBar
        label={name}
        percent={fractionOf(progress) * 100}
        tone={tones[state]}
        text={`${resourceWords[state]}, ${formatMany(records, 'record')}`}
      />
      <div className="resource-facts">
        {formatMany(pages, 'page')} · {formatMany(calls, 'call')} · {formatMany(events, 'event')}
        {rejected > 0 && <span className="text-warning"> · {formatCount(rejected)} set aside</span>}
      </div>
      {reason !== null && !(state === 'completed') && <div className="resource-reason">{reason}</div>}
    </li>
  );
}
