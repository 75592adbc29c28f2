import type { NextFunction, Request, Response } from 'express';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const header = 'X-Correlation-Id';
const givenSchema = z.uuid().toLowerCase();

/** Every answer names the conversation it belongs to: the caller's if it gave one, else a new one. */
export function correlate(request: Request, response: Response, next: NextFunction): void {
  const given = givenSchema.safeParse(request.get(header));
  response.setHeader(header, given.success ? given.data : randomUUID());
  next();
}

export function correlationIdOf(response: Response): string {
  return String(response.getHeader(header));
}
