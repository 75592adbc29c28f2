import { AppError, type ErrorKind } from '@firmbridge/contracts';
import type { Health } from './circuit-breakers.js';
import type { HttpAnswer, HttpExchange, HttpFailure } from './http-transport.js';
import { isUnsafe, type ProviderCall, type ProviderResponse } from './provider-call.js';
import type { ProviderDialect, ProviderError } from './provider-dialect.js';
import { redactText } from './redact.js';
import { parseRetryAfter } from './retry-after.js';
import type { StopCause } from './stop-signal.js';

/** What one attempt came to, and what that means for the breaker and for trying again. */
export type Outcome = { readonly health: Health } & (
  | { readonly kind: 'answered'; readonly response: ProviderResponse }
  | { readonly kind: 'redirected'; readonly location: string; readonly error: AppError }
  | { readonly kind: 'token-rejected'; readonly error: AppError }
  | { readonly kind: 'rate-limited'; readonly error: AppError }
  /** By accident: a read may be repeated. */
  | { readonly kind: 'failed'; readonly error: AppError }
  /** On purpose: the same call would be refused again. */
  | { readonly kind: 'refused'; readonly error: AppError }
);

export interface OutcomeContext {
  readonly dialect: ProviderDialect;
  readonly call: ProviderCall;
  readonly now: Date;
  /** Who ended the attempt before its time, if anybody. */
  readonly stop: StopCause | null;
}

export function outcomeOf(exchange: HttpExchange, context: OutcomeContext): Outcome {
  if (exchange.isAnswered) return answerOutcome(exchange, context);
  const { status } = exchange;
  // The head of a refusal says enough without its body.
  if (status !== null && status >= 300)
    return answerOutcome({ ...exchange, isAnswered: true, status, text: '' }, context);
  return failureOutcome(exchange, context);
}

function answerOutcome(answer: HttpAnswer, context: OutcomeContext): Outcome {
  const { status } = answer;
  if (status < 300 || status === 304) return successOutcome(answer, context);
  if (status < 400) return redirectOutcome(answer, context);

  const body = parseJson(answer.text)?.value ?? answer.text;
  const error = refusal(answer, context.dialect.parseError(body), context);
  if (context.dialect.isTokenRejected(status, body)) return { kind: 'token-rejected', health: 'neutral', error };
  if (status === 429) return { kind: 'rate-limited', health: 'neutral', error };
  if (status === 401 || status === 403) return { kind: 'refused', health: 'neutral', error };
  if (status >= 500) return { kind: 'failed', health: 'unhealthy', error };
  return { kind: status === 408 ? 'failed' : 'refused', health: 'healthy', error };
}

function successOutcome(answer: HttpAnswer, context: OutcomeContext): Outcome {
  const { status, headers } = answer;
  const parsed = answer.text.trim() === '' ? { value: null } : parseJson(answer.text);
  if (parsed) return { kind: 'answered', health: 'healthy', response: { status, headers, body: parsed.value } };
  return { kind: 'failed', health: 'healthy', error: unreadable(context, status, 'is not JSON') };
}

function redirectOutcome({ status, headers }: HttpAnswer, context: OutcomeContext): Outcome {
  const words = `was answered with a redirect (${status})`;
  const error = callError(context, { kind: 'malformed', code: 'unexpected_redirect', words, details: { status } });
  const location = headers['location'];
  const mayFollow = context.call.method === 'GET' && (status === 307 || status === 308) && location !== undefined;
  return mayFollow
    ? { kind: 'redirected', health: 'healthy', location, error }
    : { kind: 'refused', health: 'healthy', error };
}

function failureOutcome(failure: HttpFailure, context: OutcomeContext): Outcome {
  const wasOurWish = context.stop === 'caller' || context.stop === 'deadline';
  const isTooLarge = failure.phase === 'too-large';
  return {
    kind: wasOurWish || isTooLarge ? 'refused' : 'failed',
    health: wasOurWish ? 'neutral' : isTooLarge ? 'healthy' : 'unhealthy',
    error: failureError(failure, context),
  };
}

function failureError(failure: HttpFailure, context: OutcomeContext): AppError {
  if (failure.phase === 'too-large') return unreadable(context, failure.status, 'is too large');
  if (failure.phase === 'cut' && context.stop === null) return unreadable(context, failure.status, 'broke off');
  const { code, words } = failureWords[context.stop ?? 'network'];
  const details = { reason: code, networkCode: networkCode(failure.error) };
  if (isUnsafe(context.call) && failure.phase !== 'unsent') {
    return unknownOutcome(context, words, details, failure.error);
  }
  const kind = context.stop === 'caller' ? 'cancelled' : 'unavailable';
  return callError(context, { kind, code, words, details, cause: failure.error });
}

const failureWords = {
  caller: { code: 'cancelled', words: 'was cancelled while it was under way' },
  deadline: { code: 'deadline_exceeded', words: 'ran into its deadline' },
  attempt: { code: 'timeout', words: 'got no answer in time' },
  network: { code: 'unreachable', words: 'got no answer' },
} as const;

/** A write whose answer cannot be read has most likely happened. */
function unreadable(context: OutcomeContext, status: number | null, words: string): AppError {
  const details = { status };
  if (isUnsafe(context.call)) return unknownOutcome(context, `has an answer that ${words}`, details);
  return callError(context, { kind: 'malformed', code: 'malformed', words: `has an answer that ${words}`, details });
}

type Details = Readonly<Record<string, unknown>>;

function unknownOutcome(context: OutcomeContext, words: string, details: Details, cause?: unknown): AppError {
  const sentence = `${words}; the write may have happened`;
  return callError(context, { kind: 'unknown_outcome', code: 'unknown_outcome', words: sentence, details, cause });
}

interface CallErrorParts {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly words: string;
  readonly details: Details;
  readonly cause?: unknown;
}

/** The HTTP client's own error stays out: it carries the request with its token. */
function callError({ dialect, call }: OutcomeContext, { kind, code, words, details, cause }: CallErrorParts): AppError {
  return new AppError(kind, `${dialect.provider}.${code}`, `${call.operation} ${words}.`, {
    details: { ...details, operation: call.operation },
    cause: cause instanceof Error ? new Error(`${cause.name}: ${redactText(cause.message)}`) : undefined,
  });
}

const kindsByStatus: Readonly<Record<number, ErrorKind>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  408: 'unavailable',
  409: 'conflict',
  410: 'not_found',
  412: 'precondition_failed',
  429: 'rate_limited',
};

function refusal(answer: HttpAnswer, said: ProviderError | null, context: OutcomeContext): AppError {
  const { status, headers } = answer;
  const { dialect, call, now } = context;
  const kind = dialect.errorKind?.(status, said) ?? kindOf(status, call);
  const message = said?.message ? redactText(said.message).slice(0, 500) : null;
  const sentence = `${call.operation} was answered with ${status}${message ? `: ${message}` : ''}`;
  const named =
    dialect.readRateLimit(headers, status, now).retryAfterMs ?? parseRetryAfter(headers['retry-after'], now);
  const details = {
    ...said?.details,
    status,
    providerType: said?.type ?? null,
    providerMessage: message,
    requestId: said?.requestId ?? (dialect.requestIdHeader ? (headers[dialect.requestIdHeader] ?? null) : null),
    operation: call.operation,
  };
  const wait = named !== null && named > 0 ? { retryAfterMs: named } : {};
  return new AppError(kind, `${dialect.provider}.${kind}`, sentence, { details, ...wait });
}

/** A gateway that gave up waiting (502, 504) says nothing about what became of a write behind it. */
function kindOf(status: number, call: ProviderCall): ErrorKind {
  if ((status === 502 || status === 504) && isUnsafe(call)) return 'unknown_outcome';
  if (status >= 500) return 'unavailable';
  return kindsByStatus[status] ?? 'validation';
}

function networkCode(error: unknown): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : null;
}

function parseJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
