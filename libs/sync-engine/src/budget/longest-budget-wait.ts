/** A worker that waits for budget could work for somebody else meanwhile. */
export const longestBudgetWaitMs = 250;
