import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { RateVerdict } from './rate-limiter.js';
import { GhlRefusal } from './errors.js';
import type { GhlWorld } from '../world.js';

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Runs a handler and sends its reply or its refusal, both with a trace id. Calls without a bearer share one unlimited budget. */
export function answering(world: GhlWorld, handle: (request: Request) => Reply): RequestHandler {
  return (request, response) => {
    response.set(world.limiter.take('anonymous', false).headers);
    answer(response, () => handle(request));
  };
}

export function answer(response: Response, handle: () => Reply): void {
  const { status, body } = replyOf(handle);
  response.status(status).json({ ...body, traceId: randomUUID() });
}

function replyOf(handle: () => Reply): Reply {
  try {
    return handle();
  } catch (error) {
    if (error instanceof GhlRefusal) return { status: error.status, body: error.body };
    throw error;
  }
}

/** Status 429; headers and body as the switches say, for neither is documented (section 2). */
export function tooManyRequests(world: GhlWorld, response: Response, verdict: RateVerdict): void {
  const { rateHeadersOn429, retryAfterHeader, tooManyRequestsBody } = world.switches.now;
  if (rateHeadersOn429) response.set(verdict.headers);
  if (retryAfterHeader) response.set('Retry-After', String(verdict.retryAfterSeconds));
  response.status(429);
  if (tooManyRequestsBody === 'empty') response.end();
  else if (tooManyRequestsBody === 'text') response.type('text/plain').send('Too Many Requests');
  else response.json({ statusCode: 429, message: 'Too Many Requests', traceId: randomUUID() });
}
