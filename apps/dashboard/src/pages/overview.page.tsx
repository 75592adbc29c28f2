import { AccountsSection } from '../features/connections/accounts-section.js';
import { EntitySection } from '../features/entities/entity-section.js';
import { PastRunsSection } from '../features/runs/past-runs-section.js';
import { SyncSection } from '../features/runs/sync-section.js';
import { ProblemSection } from '../features/problems/problem-section.js';
import { TransactionSection } from '../features/transactions/transaction-section.js';

/** Everything a person at a firm wants to know at one look. */
export function OverviewPage() {
  return (
    <>
      <h1 className="visually-hidden">Overview</h1>
      <AccountsSection />
      <SyncSection />
      <EntitySection />
      <div className="row g-4">
        <div className="col-12 col-xl-8">
          <TransactionSection />
        </div>
        <div className="col-12 col-xl-4">
          <ProblemSection />
          <PastRunsSection />
        </div>
      </div>
    </>
  );
}
