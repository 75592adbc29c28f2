import { type ArgumentsHost, Catch, HttpException, type ExceptionFilter } from '@nestjs/common';
import {
  AppError,
  describeFieldErrors,
  errorKinds,
  fieldErrors,
  fieldErrorSchema,
  isAppError,
  type ErrorKind,
  type FieldError,
} from '@firmbridge/contracts';
import type { Request, Response } from 'express';
import { throwError } from 'rxjs';
import { z } from 'zod';

export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly advice: string;
  /** Which fields are wrong, where that is the reason. */
  readonly errors?: readonly FieldError[];
  readonly [extension: string]: unknown;
}

const kindByStatus = new Map<number, ErrorKind>([
  [400, 'validation'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [409, 'conflict'],
  [412, 'precondition_failed'],
  [422, 'validation'],
  [429, 'rate_limited'],
  [503, 'unavailable'],
]);

function fromHttpException(exception: HttpException): ProblemDetails {
  const status = exception.getStatus();
  const kind = kindByStatus.get(status) ?? 'internal';
  const response = exception.getResponse();
  const message = typeof response === 'object' && 'message' in response ? response.message : exception.message;
  return {
    type: 'about:blank',
    title: exception.message,
    status,
    detail: Array.isArray(message) ? message.join('; ') : String(message),
    code: `http.${kind}`,
    advice: errorKinds[kind].advice,
    ...errorsIn(response),
  };
}

const withErrors = z.object({ errors: z.array(fieldErrorSchema).min(1) });

function errorsIn(facts: unknown): Pick<ProblemDetails, 'errors'> {
  const { data } = withErrors.safeParse(facts);
  return data ? { errors: data.errors } : {};
}

/** RFC 9457 for anything that was thrown. What is not ours says nothing about its inside. */
export function toProblemDetails(thrown: unknown): ProblemDetails {
  if (isAppError(thrown)) {
    const named = errorsIn(thrown.details);
    const { errors, ...others } = thrown.details;
    const details = named.errors || errors === undefined ? others : thrown.details;
    return {
      type: `urn:firmbridge:error:${thrown.code}`,
      title: thrown.kind.replaceAll('_', ' '),
      status: thrown.status,
      detail: thrown.message,
      code: thrown.code,
      advice: thrown.advice,
      ...named,
      ...(Object.keys(details).length > 0 ? { details } : {}),
    };
  }
  if (thrown instanceof z.ZodError) {
    const errors = fieldErrors(thrown.issues);
    const message = describeFieldErrors(errors).join('; ');
    return toProblemDetails(new AppError('validation', 'request.invalid', message, { details: { errors } }));
  }
  if (thrown instanceof HttpException) return fromHttpException(thrown);
  return {
    type: 'urn:firmbridge:error:internal',
    title: 'internal error',
    status: 500,
    detail: 'Something went wrong on our side.',
    code: 'internal',
    advice: errorKinds.internal.advice,
  };
}

/** The one place where errors become HTTP answers; for messages the original error goes on to the transport, which decides on retry. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  constructor(private readonly logUnexpected: (error: unknown) => void) {}

  catch(exception: unknown, host: ArgumentsHost) {
    if (host.getType() !== 'http') return throwError(() => exception);
    const problem = toProblemDetails(exception);
    if (problem.status >= 500) this.logUnexpected(exception);
    const response = host.switchToHttp().getResponse<Response>();
    const request = host.switchToHttp().getRequest<Request>();
    if (response.headersSent) return response.end();
    if (isAppError(exception) && exception.retryAfterMs !== undefined) {
      response.setHeader('Retry-After', String(Math.ceil(exception.retryAfterMs / 1000)));
    }
    return response
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify({ ...problem, instance: request.path }));
  }
}
