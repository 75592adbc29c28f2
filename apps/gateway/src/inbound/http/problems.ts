import { fieldErrorSchema } from '@firmbridge/contracts';
import type { ProblemDetails } from '@firmbridge/service';
import type { Response } from 'express';
import { z } from 'zod';
import { correlationIdOf } from './correlation.js';

/** RFC 9457, as every refusal of the API looks. */
export const problemDetailsSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    /** A sentence for a person. */
    detail: z.string(),
    /** Stable: `subject.problem`. */
    code: z.string(),
    /** What to do about it. */
    advice: z.string(),
    instance: z.string(),
    correlationId: z.uuid(),
    errors: z.array(fieldErrorSchema).optional().describe('Which fields are wrong, where that is the reason.'),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'ProblemDetails', description: 'A refusal in the form of RFC 9457.' });

export type Refusal = Pick<ProblemDetails, 'status' | 'title' | 'detail' | 'code' | 'advice'>;

export function sendProblem(response: Response, problem: ProblemDetails | Refusal): void {
  const body = {
    type: `urn:firmbridge:error:${problem.code}`,
    ...problem,
    instance: response.req.path,
    correlationId: correlationIdOf(response),
  };
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(body));
}
