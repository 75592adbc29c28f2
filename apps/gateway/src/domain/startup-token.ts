import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The one secret that opens this gateway, and the cookie value that stands for it in a browser. */
export class StartupToken {
  readonly cookieValue: string;
  private readonly tokenDigest: Buffer;
  private readonly cookieDigest: Buffer;

  constructor(token: string) {
    this.cookieValue = createHmac('sha256', token).update('firmbridge dashboard cookie').digest('base64url');
    this.tokenDigest = digest(token);
    this.cookieDigest = digest(this.cookieValue);
  }

  /** Takes the same time whatever the candidate is. */
  isToken(candidate: string): boolean {
    return timingSafeEqual(digest(candidate), this.tokenDigest);
  }

  isCookie(candidate: string): boolean {
    return timingSafeEqual(digest(candidate), this.cookieDigest);
  }
}
