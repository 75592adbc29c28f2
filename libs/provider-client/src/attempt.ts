import { AppError, isAppError } from '@firmbridge/contracts';
import { type Grant, noAnswer, type RateLimiter, type RateLimitObservation } from '@firmbridge/rate-limit';
import { type AttemptFacts, attemptRecord } from './attempt-record.js';
import type { OriginBreaker } from './circuit-breakers.js';
import type { HttpExchange, HttpTransport } from './http-transport.js';
import { type Outcome, outcomeOf } from './outcome.js';
import type { AccessToken, CallRecorder, ProviderCall, ProviderConnection, TokenSource } from './provider-call.js';
import type { ProviderDialect } from './provider-dialect.js';
import { stoppedBy, stopSignal, untilStopped } from './stop-signal.js';
import type { ProviderTimeouts } from './timeouts.js';

export interface AttemptContext {
  readonly connection: ProviderConnection;
  readonly tokens: TokenSource;
  readonly call: ProviderCall;
  readonly dialect: ProviderDialect;
  readonly limiter: RateLimiter;
  readonly recorder: CallRecorder;
  readonly transport: HttpTransport;
  readonly breaker: OriginBreaker;
  readonly clock: () => Date;
  readonly timeouts: ProviderTimeouts;
  /** Aborts at the deadline of the call and when the caller gives up. */
  readonly signal: AbortSignal;
  readonly onSideFailure: (error: unknown) => void;
}

export interface AttemptPlan {
  readonly url: URL;
  /** 1 for the first. */
  readonly number: number;
  readonly rejectedGeneration: number | null;
}

export interface Attempt {
  readonly outcome: Outcome;
  /** Of the token that was used. */
  readonly generation: number;
}

/**
 * One attempt: breaker, budget, token, breaker again, exchange, record. Throws when the provider was not called; what the
 * provider did comes back as an outcome.
 */
export async function attempt(context: AttemptContext, plan: AttemptPlan): Promise<Attempt> {
  refuseWhileOpen(context);
  const grant = await waitForBudget(context);
  let observation = noAnswer;
  let made: MadeExchange;
  try {
    const token = await askForToken(context, plan.rejectedGeneration);
    refuseWhileOpen(context);
    made = await exchangeOnce(context, plan, token);
    observation = observationOf(context, made.exchange);
  } finally {
    await aside(context, () => observe(context, grant, observation));
  }
  const record = attemptRecord({ ...context, ...plan, ...made, observation });
  await aside(context, () => context.recorder.record(record));
  return { outcome: made.outcome, generation: made.token.generation };
}

type MadeExchange = Pick<AttemptFacts, 'exchange' | 'outcome' | 'token' | 'startedAt' | 'endedAt'>;

async function exchangeOnce(context: AttemptContext, plan: AttemptPlan, token: AccessToken): Promise<MadeExchange> {
  const { call, dialect, clock } = context;
  const admission = context.breaker.admit();
  const { signal, release } = stopSignal({
    parent: context.signal,
    afterMs: context.timeouts.attemptMs,
    by: 'attempt',
  });
  const startedAt = clock();
  try {
    const exchange = await context.transport.send({
      method: call.method,
      url: plan.url,
      headers: headersOf(context, token.accessToken),
      body: bodyText(call),
      signal,
    });
    const endedAt = clock();
    const outcome = outcomeOf(exchange, {
      dialect,
      call,
      now: endedAt,
      stop: exchange.isAnswered ? null : stoppedBy(signal),
    });
    await admission.report(outcome.health);
    return { exchange, outcome, token, startedAt, endedAt };
  } finally {
    release();
    await admission.report('neutral');
  }
}

function refuseWhileOpen({ breaker, dialect, call }: AttemptContext): void {
  const refusal = breaker.refusal();
  if (!refusal) return;
  const message = `${call.operation} was not tried: the provider has failed too often just now.`;
  throw new AppError('unavailable', `${dialect.provider}.circuit_open`, message, {
    details: { operation: call.operation },
    retryAfterMs: refusal.retryAfterMs,
  });
}

async function waitForBudget({ limiter, connection, call, signal, dialect }: AttemptContext): Promise<Grant> {
  const { tenantId, budgetKey: key, policy } = connection;
  try {
    const { lane, longestBudgetWaitMs: longestWaitMs } = call;
    return await limiter.acquire({
      tenantId,
      key,
      policy,
      lane,
      signal,
      ...(longestWaitMs !== undefined && { longestWaitMs }),
    });
  } catch (error) {
    if (!isAppError(error) || error.kind !== 'cancelled') throw error;
    const details = { operation: call.operation };
    if (stoppedBy(signal) === 'caller') {
      const message = `${call.operation} was cancelled while it waited for budget.`;
      throw new AppError('cancelled', `${dialect.provider}.cancelled`, message, { details });
    }
    const message = `${call.operation} had no budget before its deadline.`;
    throw new AppError('rate_limited', `${dialect.provider}.no_budget_in_time`, message, { details });
  }
}

async function askForToken(context: AttemptContext, rejectedGeneration: number | null): Promise<AccessToken> {
  const { tokens, signal, dialect, call } = context;
  try {
    return await untilStopped(tokens.get(rejectedGeneration), signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    const kind = stoppedBy(signal) === 'caller' ? 'cancelled' : 'unavailable';
    const code = kind === 'cancelled' ? 'cancelled' : 'deadline_exceeded';
    const message = `${call.operation} was stopped while it waited for its token.`;
    throw new AppError(kind, `${dialect.provider}.${code}`, message, { details: { operation: call.operation } });
  }
}

/** The token goes out exactly once, whatever headers a caller or a dialect brings and however the source spells it. */
function headersOf({ dialect, call }: AttemptContext, accessToken: string): Record<string, string> {
  const headers = new Map<string, string>();
  const base = { 'user-agent': 'firmbridge', accept: 'application/json' };
  if (bodyText(call) !== null) headers.set('content-type', 'application/json');
  for (const group of [base, dialect.defaultHeaders, call.headers ?? {}]) {
    for (const [name, value] of Object.entries(group)) headers.set(name.toLowerCase(), value);
  }
  headers.delete('authorization');
  return {
    ...Object.fromEntries(headers),
    Authorization: `Bearer ${accessToken.replace(/^\s*Bearer\s+/i, '').trim()}`,
  };
}

function bodyText(call: ProviderCall): string | null {
  if (call.body === undefined || call.body === null) return null;
  return typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
}

function observationOf({ dialect, clock }: AttemptContext, exchange: HttpExchange): RateLimitObservation {
  const { status, headers } = exchange;
  return status === null ? noAnswer : dialect.readRateLimit(headers, status, clock());
}

function observe({ limiter, connection }: AttemptContext, grant: Grant, headers: RateLimitObservation): Promise<void> {
  const { tenantId, budgetKey: key, policy } = connection;
  return limiter.observe({ tenantId, key, policy, grant, headers });
}

/** Work beside the call, whose failure must not hide what the provider did. */
async function aside({ onSideFailure }: AttemptContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    onSideFailure(error);
  }
}
