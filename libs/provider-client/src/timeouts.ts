export interface ProviderTimeouts {
  /** One exchange, default 30 s. */
  readonly attemptMs: number;
  /** A whole call when it names no deadline of its own, default 10 min: waiting for budget is part of it. */
  readonly deadlineMs: number;
  /** Pauses before a repetition are random up to this, doubled each time; default 500 ms. */
  readonly retryBaseMs: number;
  /** Longest such pause, default 10 s. */
  readonly retryCapMs: number;
}

export const defaultTimeouts: ProviderTimeouts = {
  attemptMs: 30_000,
  deadlineMs: 600_000,
  retryBaseMs: 500,
  retryCapMs: 10_000,
};
