import { AppError } from '@firmbridge/contracts';

/** For whoever shows nothing by which we know them. */
export class NotKnown extends AppError {
  constructor() {
    super('unauthorized', 'request.not_signed_in', 'Nobody is logged in, and no API key was sent.');
  }

  override get advice(): string {
    return 'Log in, or send "Authorization: Bearer KEY" with an API key or the start-up token.';
  }
}
