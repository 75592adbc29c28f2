import type { Transaction } from '@firmbridge/api-client';
import { useRemote } from '../../api/remote-value.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { EmptyState } from '../../ui/empty-state.js';
import { formatCount, formatInstant } from '../../ui/format.js';
import { PlaceholderRows } from '../../ui/placeholder-rows.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { providerNames } from '../connections/connections.js';
import { shownTransactions, transactions } from './transactions.js';

const columnCount = 5;

export function TransactionSection() {
  const { value, refusal } = useRemote(transactions);
  const rows = value?.transactions ?? null;
  return (
    <Section title="Latest calls" note="to Clio and GoHighLevel">
      <RefusalAlert refusal={refusal} />
      {rows?.length === 0 ? (
        <EmptyState title="No calls yet">
          Every call to a provider is listed here with its outcome and the budget that was left.
        </EmptyState>
      ) : (
        <div className="panel table-panel">
          <table className="table table-sm call-table">
            <thead>
              <tr>
                <th scope="col" className="call-time">
                  Time
                </th>
                <th scope="col">Call</th>
                <th scope="col">Status</th>
                <th scope="col" className="text-end">
                  Took
                </th>
                <th scope="col" className="text-end call-budget">
                  Budget left
                </th>
              </tr>
            </thead>
            <tbody aria-busy={rows === null}>
              {rows?.map((transaction) => <CallRow key={transaction.transactionId} transaction={transaction} />) ?? (
                <PlaceholderRows rows={shownTransactions} columns={columnCount} />
              )}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function CallRow({ transaction }: { readonly transaction: Transaction }) {
  const { method, path, status, durationMs, startedAt, provider, attempt, rateLimit, errorMessage } = transaction;
  const [address, query] = path.split('?', 2);
  return (
    <tr>
      <td className="call-time">
        <time dateTime={startedAt}>{formatInstant(startedAt)}</time>
      </td>
      <td className="call-what">
        <div className="d-flex align-items-baseline gap-2 min-width-0">
          <span className={`method method-${method.toLowerCase()}`}>{method}</span>
          <span className="text-truncate" title={`${providerNames[provider]}: ${path}`}>
            {address}
            {query !== undefined && <span className="call-query">?{query}</span>}
          </span>
          {attempt > 1 && <span className="call-attempt">attempt {attempt}</span>}
        </div>
        {errorMessage !== null && <div className="call-error">{errorMessage}</div>}
      </td>
      <td>
        <Badge tone={toneOf(status)}>{status ?? 'none'}</Badge>
      </td>
      <td className="text-end text-nowrap">{formatCount(durationMs)} ms</td>
      <td className="text-end text-nowrap call-budget">
        {rateLimit.remaining === null
          ? '–'
          : `${formatCount(rateLimit.remaining)}${rateLimit.limit === null ? '' : ` / ${formatCount(rateLimit.limit)}`}`}
      </td>
    </tr>
  );
}

function toneOf(status: number | null): Tone {
  if (status === null || status >= 500) return 'bad';
  if (status === 429) return 'info';
  return status >= 400 ? 'warning' : 'good';
}
