import type { RateLimitObservation } from '@firmbridge/rate-limit';
import type { HttpExchange } from './http-transport.js';
import type { Outcome } from './outcome.js';
import type { AccessToken, ProviderCall, ProviderCallAttempt, ProviderConnection } from './provider-call.js';
import { redactBody, redactPath, redactText } from './redact.js';

export interface AttemptFacts {
  readonly connection: ProviderConnection;
  readonly call: ProviderCall;
  readonly url: URL;
  /** 1 for the first. */
  readonly number: number;
  readonly token: AccessToken;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly exchange: HttpExchange;
  readonly outcome: Outcome;
  readonly observation: RateLimitObservation;
}

/** What audit-log keeps of an attempt. */
export function attemptRecord(facts: AttemptFacts): ProviderCallAttempt {
  const { connection, call, exchange, observation, startedAt, endedAt, token } = facts;
  const error = facts.outcome.kind === 'answered' ? null : facts.outcome.error;
  const secrets = [token.accessToken];
  const keepsBodies = call.method !== 'GET' || error !== null;
  return {
    tenantId: connection.tenantId,
    correlationId: call.correlationId,
    ...(call.actor ? { actor: call.actor } : {}),
    provider: connection.provider,
    connectionId: connection.connectionId,
    operation: call.operation,
    method: call.method,
    path: redactText(redactPath(facts.url), secrets),
    attempt: facts.number,
    status: exchange.status,
    durationMs: Math.max(0, Math.round(endedAt.getTime() - startedAt.getTime())),
    startedAt: startedAt.toISOString(),
    errorCode: error?.code ?? null,
    errorMessage: error === null ? null : redactText(error.message, secrets).slice(0, 500),
    rateLimit: {
      limit: whole(observation.limit),
      remaining: whole(observation.remaining),
      resetAt: observation.resetAt?.toISOString() ?? null,
    },
    requestBody: keepsBodies ? redactBody(textOf(call.body), secrets) : null,
    responseBody: keepsBodies && exchange.isAnswered ? redactBody(exchange.text, secrets) : null,
  };
}

function textOf(body: unknown): string | null {
  if (body === undefined || body === null) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function whole(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.trunc(value);
}
