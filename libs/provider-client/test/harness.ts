import { MemoryBudgetStore, RateLimiter } from '@firmbridge/rate-limit';
import { randomUUID } from 'node:crypto';
import {
  type CircuitBreakers,
  type ProviderCall,
  type ProviderCallAttempt,
  ProviderClient,
  type ProviderConnection,
  type ProviderDialect,
  parseRetryAfter,
  type TokenSource,
} from '../src/index.js';

export const clioLike: ProviderDialect = {
  provider: 'clio',
  defaultHeaders: { 'X-API-VERSION': '4.0.13' },
  encodeBraces: true,
  requestIdHeader: 'x-request-id',
  readRateLimit: (headers, status, now) => ({
    limit: whole(headers['x-ratelimit-limit']),
    remaining: whole(headers['x-ratelimit-remaining']),
    windowSeconds: 60,
    resetAt: null,
    retryAfterMs: parseRetryAfter(headers['retry-after'], now),
    status,
  }),
  parseError: (body) => (body as { error?: { type: string; message: string } } | null)?.error ?? null,
  isTokenRejected: (status) => status === 401,
};

function whole(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

export interface ClientUnderTest {
  readonly client: ProviderClient;
  readonly records: ProviderCallAttempt[];
  readonly limiter: RateLimiter;
}

export interface ClientOptions {
  readonly dialect?: Partial<ProviderDialect>;
  readonly breakers?: CircuitBreakers;
  readonly attemptMs?: number;
  readonly record?: (attempt: ProviderCallAttempt) => Promise<void>;
  readonly onSideFailure?: (error: unknown) => void;
}

const clock = () => new Date();

export function aClient({ dialect, breakers, attemptMs, record, onSideFailure }: ClientOptions = {}): ClientUnderTest {
  const records: ProviderCallAttempt[] = [];
  const limiter = new RateLimiter({ store: new MemoryBudgetStore(clock), clock, random: () => 0.05 });
  const client = new ProviderClient({
    dialects: [{ ...clioLike, ...dialect }],
    limiter,
    recorder: { record: record ?? (async (attempt) => void records.push(attempt)) },
    clock,
    random: () => 0.5,
    timeouts: { attemptMs: attemptMs ?? 5_000, deadlineMs: 10_000, retryBaseMs: 4, retryCapMs: 20 },
    ...(breakers && { breakers }),
    ...(onSideFailure && { onSideFailure }),
  });
  return { client, records, limiter };
}

export function aConnection(apiOrigin: string, overrides: Partial<ProviderConnection> = {}): ProviderConnection {
  return {
    tenantId: randomUUID(),
    connectionId: randomUUID(),
    provider: 'clio',
    apiOrigin,
    budgetKey: 'clio:1',
    policy: { windows: [] },
    ...overrides,
  };
}

export function aRead(overrides: Partial<ProviderCall> = {}): ProviderCall {
  return {
    operation: 'clio.contacts.list',
    method: 'GET',
    pathOrUrl: '/api/v4/contacts.json',
    lane: 'incremental',
    correlationId: randomUUID(),
    ...overrides,
  };
}

export function aWrite(overrides: Partial<ProviderCall> = {}): ProviderCall {
  return aRead({
    operation: 'clio.contacts.create',
    method: 'POST',
    body: { data: { type: 'Person', first_name: 'Ada', etag: 'w1' } },
    ...overrides,
  });
}

/** Tokens of rising generations; `asked` shows what each was asked for. */
export function aTokenSource(): TokenSource & { readonly asked: (number | null)[] } {
  const asked: (number | null)[] = [];
  let generation = 1;
  return {
    asked,
    get: async (rejected) => {
      asked.push(rejected);
      if (rejected !== null && rejected >= generation) generation = rejected + 1;
      return { accessToken: `token-${generation}`, generation };
    },
  };
}
