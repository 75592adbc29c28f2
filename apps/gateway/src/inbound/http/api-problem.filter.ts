import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isAppError } from '@firmbridge/contracts';
import { LOGGER, toProblemDetails, type Logger } from '@firmbridge/service';
import type { Response } from 'express';
import { correlationIdOf } from './correlation.js';
import { sendProblem } from './problems.js';

/** Whatever an API method throws becomes a problem that names its conversation. */
@Catch()
export class ApiProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const problem = toProblemDetails(thrown);
    if (problem.status >= 500) {
      this.log.error({ err: thrown, correlationId: correlationIdOf(response) }, 'a request failed');
    }
    if (response.headersSent) {
      response.end();
      return;
    }
    if (isAppError(thrown) && thrown.retryAfterMs !== undefined) {
      response.setHeader('Retry-After', String(Math.ceil(thrown.retryAfterMs / 1000)));
    }
    sendProblem(response, problem);
  }
}
