import type { NextFunction, Request, Response } from 'express';

/** Nothing from elsewhere, nothing inline; bootstrap's pictures are data addresses in its style sheet. */
const pagePolicy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

/** The policy of our pages; single directives can be replaced for a page that needs it. */
export function contentSecurityPolicy(replaced: Partial<Record<keyof typeof pagePolicy, string>> = {}): string {
  return Object.entries({ ...pagePolicy, ...replaced })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}

const headers = {
  'Content-Security-Policy': contentSecurityPolicy(),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // What depends on the token must not stay in a cache; files with a hash in their name say otherwise themselves.
  'Cache-Control': 'no-store',
};

export function securityHeaders(_request: Request, response: Response, next: NextFunction): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  next();
}
