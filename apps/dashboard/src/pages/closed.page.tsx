import { EmptyState } from '../ui/empty-state.js';

/** The token of this page is no longer the one of the running gateway. */
export function ClosedPage() {
  return (
    <EmptyState title="This dashboard was closed">
      Firmbridge was started again and printed a new address. Open that one; it ends with <code>/?token=…</code>
    </EmptyState>
  );
}
