import { clioApiVersion, parseClioError, readClioRateLimit } from '@firmbridge/clio-api';
import type { ProviderDialect } from '@firmbridge/provider-client';

/** How Clio speaks HTTP. Any 401 may be an expired token: Clio has no other kind. */
export function clioDialect(rateWindowSeconds: number): ProviderDialect {
  return {
    provider: 'clio',
    defaultHeaders: { Accept: 'application/json', 'X-API-VERSION': clioApiVersion },
    encodeBraces: true,
    requestIdHeader: 'x-request-id',
    readRateLimit: (headers, status, now) => ({
      ...readClioRateLimit(headers, status, now),
      windowSeconds: rateWindowSeconds,
    }),
    parseError: parseClioError,
    isTokenRejected: (status) => status === 401,
  };
}
