import type { Freshness } from '@firmbridge/api-client';
import { useRemote } from '../../api/remote-value.js';
import { EmptyState } from '../../ui/empty-state.js';
import { formatAge, formatName } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { useNow } from '../../ui/use-now.js';
import { freshness, type AccountFreshness } from './freshness.js';

/** How old what is known of each resource is, and when it is read next. */
export function FreshnessSection() {
  const { value, refusal } = useRemote(freshness);
  return (
    <Section title="How fresh">
      <RefusalAlert refusal={refusal} />
      {value === null ? (
        <div className="panel skeleton-card" aria-busy="true" />
      ) : value.length === 0 ? (
        <EmptyState title="No Clio account is read">
          Once one is connected, you see here how old what is known of each resource is.
        </EmptyState>
      ) : (
        value.map((account) => <Account key={account.connectionId} account={account} />)
      )}
    </Section>
  );
}

function Account({ account }: { readonly account: AccountFreshness }) {
  const now = useNow(true);
  return (
    <details className="panel">
      <summary>{account.accountName}</summary>
      <div className="table-responsive">
        <table className="table table-sm mb-0">
          <thead>
            <tr>
              <th scope="col">Resource</th>
              <th scope="col">Known as of</th>
              <th scope="col">Read next</th>
              <th scope="col">Told by</th>
              <th scope="col">At worst</th>
            </tr>
          </thead>
          <tbody>
            {account.resources.map((resource) => (
              <Row key={resource.resource} freshness={resource} now={now} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Row({ freshness, now }: { readonly freshness: Freshness; readonly now: number }) {
  const { resource, source, completeUntil, nextDueAt, atWorstSeconds, reason } = freshness;
  const dueInMs = nextDueAt === null ? 0 : Date.parse(nextDueAt) - now;
  return (
    <tr>
      <th scope="row">{formatName(resource)}</th>
      <td>{completeUntil === null ? 'never' : `${formatAge(now - Date.parse(completeUntil))} ago`}</td>
      <td>{reason ?? (dueInMs > 0 ? `in ${formatAge(dueInMs)}` : 'with the next sync')}</td>
      <td>{source === 'webhook' ? 'Clio, at once' : 'polling'}</td>
      <td>{atWorstSeconds === null ? '–' : formatAge(atWorstSeconds * 1000)}</td>
    </tr>
  );
}
