import { BadRequestException } from '@nestjs/common';
import { describeFieldErrors, fieldErrors } from '@firmbridge/contracts';

/** What a request is refused with whose values are not those of its schema: every wrong field is named. */
export function requestRefused(issues: readonly unknown[]): BadRequestException {
  const errors = fieldErrors(issues);
  return new BadRequestException({ message: describeFieldErrors(errors), errors });
}
