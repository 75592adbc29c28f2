import { AppError } from '@firmbridge/contracts';

/** An e-mail address logs in to one firm; which, is not told. */
export function emailTaken(): AppError {
  return new AppError('conflict', 'person.email_taken', 'Somebody has this e-mail address already.');
}
