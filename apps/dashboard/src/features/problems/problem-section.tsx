import type { Problem } from '@firmbridge/api-client';
import { useRemote } from '../../api/remote-value.js';
import { EmptyState } from '../../ui/empty-state.js';
import { formatInstant } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { problems } from './problems.js';

export function ProblemSection() {
  const { value, refusal } = useRemote(problems);
  return (
    <Section title="Problems">
      <RefusalAlert refusal={refusal} />
      {value === null ? (
        <div className="panel skeleton-card" aria-busy="true" />
      ) : value.problems.length === 0 ? (
        <EmptyState title="Nothing went wrong">
          A record that cannot be read, or a write that is refused, is listed here with what to do about it.
        </EmptyState>
      ) : (
        <ul className="panel plain-list">
          {value.problems.map((problem) => (
            <ProblemItem key={problem.problemId} problem={problem} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function ProblemItem({ problem }: { readonly problem: Problem }) {
  const { message, advice, code, recordId, occurredAt } = problem;
  return (
    <li>
      <p className="problem-message">{message}</p>
      <p className="problem-advice">{advice}</p>
      <p className="problem-facts">
        <code>{code}</code>
        {recordId !== null && <span>record {recordId}</span>}
        <time dateTime={occurredAt}>{formatInstant(occurredAt)}</time>
      </p>
    </li>
  );
}
