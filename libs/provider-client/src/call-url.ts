import { AppError } from '@firmbridge/contracts';
import type { ProviderCall, ProviderConnection } from './provider-call.js';
import type { ProviderDialect } from './provider-dialect.js';

/**
 * Where a call goes: always to the connection's own origin, whatever the path or the given address says, because the
 * connection's token goes with it.
 */
export function callUrl(connection: ProviderConnection, dialect: ProviderDialect, call: ProviderCall): URL {
  return withQuery(ownUrl(connection, call.pathOrUrl), dialect, call.query ?? {});
}

export function ownUrl(connection: ProviderConnection, pathOrUrl: string): URL {
  const origin = new URL(connection.apiOrigin).origin;
  const url = URL.canParse(pathOrUrl, origin) ? new URL(pathOrUrl, origin) : null;
  if (url !== null && url.origin === origin && url.username === '' && url.password === '') {
    url.hash = '';
    return url;
  }
  throw new AppError(
    'forbidden',
    `${connection.provider}.foreign_address`,
    `The address does not belong to ${origin}; no token is sent there.`,
    { details: { origin, givenOrigin: url?.origin ?? null } },
  );
}

function withQuery(url: URL, dialect: ProviderDialect, query: NonNullable<ProviderCall['query']>): URL {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    (typeof value === 'string' ? [value] : value).map((each) => `${encodeKey(key)}=${encodeValue(each, dialect)}`),
  );
  if (pairs.length === 0) return url;
  const extended = new URL(url);
  extended.search = [url.search.slice(1), ...pairs].filter((part) => part !== '').join('&');
  return extended;
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%5B', '[').replaceAll('%5D', ']');
}

function encodeValue(value: string, { encodeBraces }: ProviderDialect): string {
  const encoded = encodeURIComponent(value);
  if (encodeBraces) return encoded;
  return encoded.replaceAll('%7B', '{').replaceAll('%7D', '}').replaceAll('%2C', ',');
}
