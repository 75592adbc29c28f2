import { isTokenExpired, parseGhlError, readGhlRateLimit } from '@firmbridge/ghl-api';
import type { ProviderDialect } from '@firmbridge/provider-client';

/** How GHL speaks HTTP. Only the plain 401 means an expired token; a missing scope must not cause a refresh. */
export const ghlDialect: ProviderDialect = {
  provider: 'ghl',
  defaultHeaders: { Accept: 'application/json' },
  encodeBraces: true,
  requestIdHeader: 'x-trace-id',
  readRateLimit: (headers, status, now) => {
    const { daily, ...burst } = readGhlRateLimit(headers, status, now);
    return { ...burst, others: [daily] };
  },
  parseError: (body) => {
    const { code, messages } = parseGhlError(body);
    return { type: code ?? 'error', message: messages.join('; ') };
  },
  isTokenRejected: isTokenExpired,
};
