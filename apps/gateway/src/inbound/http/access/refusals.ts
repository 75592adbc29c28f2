import type { Refusal } from '../problems.js';

export const foreignHost: Refusal = {
  status: 421,
  title: 'misdirected request',
  code: 'request.foreign_host',
  detail: 'The Host header does not name this gateway.',
  advice: 'Use the address printed at start, or set PUBLIC_URL to the address you use.',
};

export const wrongBearer: Refusal = {
  status: 401,
  title: 'unauthorized',
  code: 'request.wrong_token',
  detail: 'The API key is unknown, revoked or expired, or the start-up token is wrong.',
  advice: 'Create another API key, or use the token printed at the latest start.',
};

export const foreignPage: Refusal = {
  status: 403,
  title: 'forbidden',
  code: 'request.cross_origin',
  detail: 'The change was asked for by another page than ours.',
  advice: 'Use the dashboard, or send an API key in an Authorization header.',
};

export const noCsrfToken: Refusal = {
  status: 403,
  title: 'forbidden',
  code: 'request.no_csrf_token',
  detail: 'The header X-CSRF-Token is missing or belongs to another session.',
  advice: 'Send the csrfToken of GET /api/v1/session; load the page again if it is open since before you logged in.',
};

export const tooManyAttempts: Refusal = {
  status: 429,
  title: 'rate limited',
  code: 'request.too_many_attempts',
  detail: 'Too many attempts came from this address.',
  advice: 'Wait a minute, then try again.',
};
