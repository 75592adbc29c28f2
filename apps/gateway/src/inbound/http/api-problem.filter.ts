import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isAppError } from '@firmbridge/contracts';
import { LOGGER, toProblemDetails, type Logger } from '@firmbridge/service';
import type { Response } from 'express';
import { namesOf } from './caller.js';
import { sendProblem } from './problems.js';

/** Where the advice for a kind of failure does not fit: it is mostly about providers. */
const adviceByCode: Readonly<Record<string, string>> = {
  'run.finished': 'What is over stays as it is. To read again, start another run.',
  'login.refused': 'Check both. Whoever has forgotten the password is invited again by an administrator.',
  'access.denied': 'Ask an administrator of your firm for a role that may do this.',
};

/** Whatever an API method throws becomes a problem that names its conversation. */
@Catch()
export class ApiProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const problem = toProblemDetails(thrown);
    if (problem.status >= 500) {
      this.log.error({ err: thrown, ...namesOf(response) }, 'a request failed');
    }
    if (response.headersSent) {
      response.end();
      return;
    }
    if (isAppError(thrown) && thrown.retryAfterMs !== undefined) {
      response.setHeader('Retry-After', String(Math.ceil(thrown.retryAfterMs / 1000)));
    }
    sendProblem(response, { ...problem, advice: adviceByCode[problem.code] ?? problem.advice });
  }
}
