import { AccountsSection } from '../features/connections/accounts-section.js';
import { ReconnectBanner } from '../features/connections/reconnect-banner.js';
import { DeadLetterSection } from '../features/dead-letters/dead-letter-section.js';
import { DeletionSection } from '../features/deletions/deletion-section.js';
import { EntitySection } from '../features/entities/entity-section.js';
import { FreshnessSection } from '../features/runs/freshness-section.js';
import { PastRunsSection } from '../features/runs/past-runs-section.js';
import { SyncSection } from '../features/runs/sync-section.js';
import { ConflictSection } from '../features/conflicts/conflict-section.js';
import { MatchReviewSection } from '../features/match-reviews/match-review-section.js';
import { FirstAdministrator } from '../features/people/first-administrator.js';
import { ProblemSection } from '../features/problems/problem-section.js';
import { useMay } from '../features/session/session.js';
import { TransactionSection } from '../features/transactions/transaction-section.js';
import { EmptyState } from '../ui/empty-state.js';

/** Everything a person at a firm wants to know at one look. */
export function OverviewPage() {
  const calls = useMay('audit.read');
  const letters = useMay('dead-letters.read');
  return (
    <>
      <h1 className="visually-hidden">Overview</h1>
      <ReconnectBanner />
      <FirstAdministrator />
      <AccountsSection />
      <SyncSection />
      <MatchReviewSection />
      <ConflictSection />
      <FreshnessSection />
      <EntitySection />
      <div className="row g-4">
        <div className="col-12 col-xl-8">
          {calls.isAllowed ? (
            <TransactionSection />
          ) : (
            <EmptyState title="The calls are for operators, administrators and auditors">{calls.reason}</EmptyState>
          )}
        </div>
        <div className="col-12 col-xl-4">
          {letters.isAllowed && <DeadLetterSection />}
          <DeletionSection />
          <ProblemSection />
          <PastRunsSection />
        </div>
      </div>
    </>
  );
}
