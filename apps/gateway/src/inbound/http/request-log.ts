import type { NextFunction, Request, Response } from 'express';
import type {} from 'pino-http';
import { namesOf } from './caller.js';

/** The lines that the framework's logger writes about a request name its conversation and its trace. */
export function nameConversation(request: Request, response: Response, next: NextFunction): void {
  const names = namesOf(response);
  for (const log of [...request.allLogs, ...response.allLogs]) log.setBindings(names);
  next();
}
