import type { Request } from 'express';

/**
 * Whether our own page made the request. Browsers say so in two headers, which pages cannot forge; a request that has neither
 * is not taken for ours. A page on another port of this machine counts as the same site and gets the cookie sent: hence this.
 */
export function isSameOrigin(request: Request, publicOrigin: string | null): boolean {
  const site = request.get('Sec-Fetch-Site');
  const origin = request.get('Origin');
  if (!namesItsOrigin(request)) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  const ours = [`${request.protocol}://${request.get('Host') ?? ''}`, publicOrigin];
  return origin === undefined || ours.includes(origin);
}

/** Whether a browser says which page made the request. */
export function namesItsOrigin(request: Request): boolean {
  return request.get('Sec-Fetch-Site') !== undefined || request.get('Origin') !== undefined;
}
