import type { Refusal } from '../api/problem.js';

/** What went wrong and what to do, where it was asked for. */
export function RefusalAlert({ refusal }: { readonly refusal: Refusal | null }) {
  if (refusal === null) return null;
  return (
    <div className="alert alert-warning py-2 px-3 mb-3" role="alert">
      <strong>{refusal.detail}</strong> {refusal.advice}
      {refusal.status >= 500 && refusal.correlationId !== null && (
        <span className="d-block small text-body-secondary">Correlation id {refusal.correlationId}</span>
      )}
    </div>
  );
}
