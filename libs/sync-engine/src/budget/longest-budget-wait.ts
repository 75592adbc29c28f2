/** A worker that waits for budget could work for somebody else meanwhile. */
export const longestBudgetWaitMs = 250;

/** What was begun waits for its budget: giving it back would waste the calls that were made. */
export function patient<Request extends { readonly longestBudgetWaitMs?: number }>(request: Request): Request {
  const { longestBudgetWaitMs: _, ...rest } = request;
  return rest as Request;
}
