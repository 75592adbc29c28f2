import type { ErrorKind, Provider } from '@firmbridge/contracts';
import type { RateLimitObservation } from '@firmbridge/rate-limit';

/** What a provider says about a failure, in its own words. */
export interface ProviderError {
  readonly type: string | null;
  readonly message: string | null;
  readonly requestId?: string | null;
  /** Facts a caller needs (the id of a duplicate), never a person's data. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** How a provider speaks HTTP. */
export interface ProviderDialect {
  readonly provider: Provider;
  readonly defaultHeaders: Readonly<Record<string, string>>;
  /** Whether `{`, `}` and `,` in query values are sent encoded (%7B) or as they are. */
  readonly encodeBraces: boolean;
  /** Name in lower case, null when requests have no id in a header. */
  readonly requestIdHeader: string | null;
  readRateLimit(headers: Readonly<Record<string, string>>, status: number, now: Date): RateLimitObservation;
  /** Null for a body that is no error of this provider. */
  parseError(body: unknown): ProviderError | null;
  /** True when a newer token would help; other refusals with 401 stay refusals. */
  isTokenRejected(status: number, body: unknown): boolean;
  /** Another kind than the status alone suggests, or null. */
  errorKind?(status: number, error: ProviderError | null): ErrorKind | null;
}
