import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Bound to one cookie: whoever reads it cannot find the cookie, and whoever only has the cookie sent cannot find it. */
export function csrfTokenOf(cookieValue: string): string {
  return createHmac('sha256', cookieValue).update('firmbridge csrf token').digest('base64url');
}

export function isCsrfTokenOf(cookieValue: string, candidate: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(candidate), digest(csrfTokenOf(cookieValue)));
}
