import { isTokenExpired, parseGhlError, readGhlRateLimit } from '@firmbridge/ghl-api';
import type { ProviderDialect } from '@firmbridge/provider-client';

/** A 401 that no newer token cures: the app was not granted the scope, or the token is of another class. */
const lacksPermission = /not authorized for this scope|authClass type is not allowed/i;
/** GHL says so with 400 or 404, of a record that is asked for by its id. */
const isGone = /not found|does ?n[o']t exist|no longer exists/i;

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
    const { code, messages, traceId, duplicate } = parseGhlError(body);
    const details = duplicate === null ? {} : { details: { duplicate } };
    return { type: code ?? 'error', message: messages.join('; '), requestId: traceId, ...details };
  },
  isTokenRejected: isTokenExpired,
  errorKind: (status, error) => {
    const message = error?.message ?? '';
    if (status === 401 && lacksPermission.test(message)) return 'forbidden';
    return status === 400 && isGone.test(message) ? 'not_found' : null;
  },
};
