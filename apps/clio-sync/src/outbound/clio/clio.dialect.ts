import { clioApiVersion, parseClioError, readClioRateLimit } from '@firmbridge/clio-api';
import type { ProviderDialect } from '@firmbridge/provider-client';

/** How Clio speaks HTTP. Any 401 may be an expired token: Clio has no other kind. */
export const clioDialect: ProviderDialect = {
  provider: 'clio',
  defaultHeaders: { Accept: 'application/json', 'X-API-VERSION': clioApiVersion },
  encodeBraces: true,
  requestIdHeader: 'x-request-id',
  readRateLimit: readClioRateLimit,
  parseError: parseClioError,
  isTokenRejected: (status) => status === 401,
};
