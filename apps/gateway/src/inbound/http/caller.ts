import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { startupActor, type Caller } from '../../domain/caller.js';
import { correlationIdOf } from './correlation.js';

const callers = new WeakMap<Response, Caller>();

/** Everybody who came through the gate is the one key of the one tenant. */
export function rememberCaller(tenantId: string): RequestHandler {
  return (_request: Request, response: Response, next: NextFunction) => {
    callers.set(response, { tenantId, actor: startupActor, correlationId: correlationIdOf(response) });
    next();
  };
}

export function callerOf(response: Response): Caller {
  const caller = callers.get(response);
  if (!caller) throw new Error('A request reached the API without passing the gate.');
  return caller;
}
