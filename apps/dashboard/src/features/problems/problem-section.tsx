import { useRemote } from '../../api/remote-value.js';
import { EmptyState } from '../../ui/empty-state.js';
import { formatCount, formatInstant } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { grouped, problems, type ProblemGroup } from './problems.js';

const shownGroups = 6;

export function ProblemSection() {
  const { value, refusal } = useRemote(problems);
  const groups = grouped(value?.problems ?? []);
  return (
    <Section title="Problems">
      <RefusalAlert refusal={refusal} />
      {value === null ? (
        <div className="panel skeleton-card" aria-busy="true" />
      ) : groups.length === 0 ? (
        <EmptyState title="Nothing went wrong">
          A record that cannot be read, or a write that is refused, is listed here with what to do about it.
        </EmptyState>
      ) : (
        <ul className="panel plain-list">
          {groups.slice(0, shownGroups).map((group) => (
            <ProblemItem key={group.newest.problemId} group={group} hasMore={value.nextCursor !== null} />
          ))}
        </ul>
      )}
    </Section>
  );
}

interface ProblemItemProps {
  readonly group: ProblemGroup;
  /** There are problems beyond those that were counted. */
  readonly hasMore: boolean;
}

function ProblemItem({ group, hasMore }: ProblemItemProps) {
  const { newest, count, recordIds } = group;
  const { message, advice, code, occurredAt } = newest;
  return (
    <li>
      <div className="d-flex align-items-baseline gap-2">
        <p className="problem-message">{message}</p>
        {count > 1 && (
          <span className="problem-count">
            {formatCount(count)}
            {hasMore && '+'}×
          </span>
        )}
      </div>
      <p className="problem-advice">{advice}</p>
      <p className="problem-facts">
        <code>{code}</code>
        <time dateTime={occurredAt}>{formatInstant(occurredAt)}</time>
        {recordIds.length > 0 && (
          <span>
            {recordIds.length < count ? 'records, newest first' : 'record'}: {recordIds.join(', ')}
            {recordIds.length < count && ', …'}
          </span>
        )}
      </p>
    </li>
  );
}
