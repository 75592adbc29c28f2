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

/** The connection's address may have a path of its own; a call's path follows it, and a whole address must lie below it. */
export function ownUrl(connection: ProviderConnection, pathOrUrl: string): URL {
  const base = connection.apiOrigin.replace(/\/+$/, '');
  const { origin, pathname } = new URL(base);
  const isPath = /^\/(?![/\\])/.test(pathOrUrl);
  const address = isPath ? `${base}${pathOrUrl}` : pathOrUrl;
  const url = URL.canParse(address) ? new URL(address) : null;
  const isBelow =
    url !== null && url.origin === origin && `${url.pathname}/`.startsWith(`${pathname.replace(/\/+$/, '')}/`);
  if (isBelow && url.username === '' && url.password === '') {
    url.hash = '';
    return url;
  }
  throw new AppError(
    'forbidden',
    `${connection.provider}.foreign_address`,
    `The address does not belong to ${base}; no token is sent there.`,
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
