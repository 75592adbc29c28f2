import { json, type ErrorRequestHandler, type RequestHandler } from 'express';
import { z } from 'zod';
import { identityOf } from '../caller.js';
import { sendProblem, type Refusal } from '../problems.js';

const limitKiB = 256;
/** Of somebody who is not known yet: an e-mail address and a password are short. */
const limitOfStrangersKiB = 16;
const parserErrorSchema = z.object({ status: z.int().min(400).max(499), type: z.string() });

const tooLarge: Refusal = {
  status: 413,
  title: 'payload too large',
  code: 'request.too_large',
  detail: `The body is larger than ${limitKiB} KiB, or ${limitOfStrangersKiB} KiB from somebody who is not logged in.`,
  advice: 'Send less at a time.',
};
const unreadable: Refusal = {
  status: 400,
  title: 'bad request',
  code: 'request.unreadable',
  detail: 'The body is not JSON in UTF-8.',
  advice: 'Send JSON with "Content-Type: application/json".',
};

const readKnown = json({ limit: `${limitKiB}kb` });
const readStrangers = json({ limit: `${limitOfStrangersKiB}kb` });

/** Reads JSON bodies; in front of the framework's own reader. */
export const readBody: RequestHandler = (request, response, next) => {
  const read = identityOf(response) === null ? readStrangers : readKnown;
  read(request, response, next);
};

/** Answers for `readBody` when it could not. */
export const refuseBody: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const known = parserErrorSchema.safeParse(error);
  if (!known.success) return next(error);
  sendProblem(response, known.data.status === 413 ? tooLarge : unreadable);
};
