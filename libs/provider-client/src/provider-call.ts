import type { Actor, DataOf, Lane, Provider, syncMessages } from '@firmbridge/contracts';
import type { BudgetPolicy } from '@firmbridge/rate-limit';

export interface ProviderConnection {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly provider: Provider;
  /** `https://eu.app.clio.com`: the only place this connection's token is ever sent to. */
  readonly apiOrigin: string;
  readonly budgetKey: string;
  readonly policy: BudgetPolicy;
}

export interface AccessToken {
  readonly accessToken: string;
  /** Rises with each refresh. */
  readonly generation: number;
}

export interface TokenSource {
  /** The token to use now; with the generation of a token that the provider has just rejected, a newer one. */
  get(rejectedGeneration: number | null): Promise<AccessToken>;
}

/** One attempt as audit-log keeps it. Never a secret; bodies only of writes and failures, redacted, 16 KiB at most. */
export type ProviderCallAttempt = Omit<DataOf<typeof syncMessages.providerCallAttempted>, 'service'> & {
  readonly tenantId: string;
  readonly correlationId: string;
  /** Absent when the system itself acts. */
  readonly actor?: Actor;
};

export interface CallRecorder {
  record(attempt: ProviderCallAttempt): Promise<void>;
}

export interface ProviderCall {
  /** Our name of the call: `clio.contacts.list`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A path from the root, or an address that the provider gave (a next page): its origin must be the connection's. */
  readonly pathOrUrl: string;
  /** An array repeats its key as written: `'ids[]': ['1', '2']`. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly lane: Lane;
  readonly correlationId: string;
  readonly actor?: Actor;
  readonly signal?: AbortSignal;
  /** Longest time for everything: waiting for budget, attempts and pauses between them. */
  readonly deadlineMs?: number;
  /** A call that would have to wait longer for budget fails as `rate_limited` at once and is not made. */
  readonly longestBudgetWaitMs?: number;
  /** A pause that the provider asks for (429) is an error when it is longer than this; default: while the deadline allows it. */
  readonly patienceMs?: number;
  /** Says that doing it twice does no harm, so that it is repeated like a read. */
  readonly idempotent?: boolean;
}

export interface ProviderResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; null when there is no body. */
  readonly body: unknown;
}

/** True for a call whose repetition may change something twice. */
export function isUnsafe(call: ProviderCall): boolean {
  return call.method !== 'GET' && call.idempotent !== true;
}
