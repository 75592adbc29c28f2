import type { BudgetPolicy } from '@firmbridge/rate-limit';

/** One window of a budget as a person sets it; one that is switched off keeps its number. */
export interface BudgetWindowSetting {
  readonly seconds: number;
  readonly limit: number;
  readonly enabled: boolean;
}

export interface BudgetWindowRule extends BudgetWindowSetting {
  /** What the provider publishes, where it does: nobody can allow more. */
  readonly published: number | null;
}

/** The windows of one provider's budgets; their settings hold for every connection that has none of its own. */
export type BudgetRules = readonly BudgetWindowRule[];

/** A limit of zero in the environment switches the window off. */
export function budgetWindow(
  seconds: number,
  limit: number,
  more: { readonly usual: number; readonly published?: number },
): BudgetWindowRule {
  return { seconds, limit: limit || more.usual, enabled: limit > 0, published: more.published ?? null };
}

const noLimit = 1_000_000_000;

/** What a connection may spend: its own settings, else those of its provider. */
export function policyOf(own: readonly BudgetWindowSetting[] | null, rules: BudgetRules): BudgetPolicy {
  const windows = (own ?? rules).filter((window) => window.enabled);
  // Without any window nothing would be counted; a person who lifts the limits still wants the provider's own to be kept.
  if (windows.length === 0 && own !== null)
    return { windows: rules.slice(0, 1).map(({ seconds }) => ({ seconds, limit: noLimit })) };
  return { windows: windows.map(({ seconds, limit }) => ({ seconds, limit })) };
}
