import { ghlOperations, type GhlMethod, type GhlOperationName } from './operations.js';
import { ghlVersionHeader, ghlVersionOf } from './versions.js';

/** One call, ready for an HTTP client that adds origin and bearer. */
export interface GhlRequest {
  readonly operation: GhlOperationName;
  readonly method: GhlMethod;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly idempotent: boolean;
}

export interface GhlRequestParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

/** Fills the path, drops undefined query values and adds the family's `Version`. Throws when a path parameter is missing. */
export function ghlRequest(operation: GhlOperationName, parts: GhlRequestParts = {}): GhlRequest {
  const { method, path, family, idempotent } = ghlOperations[operation];
  const query = Object.entries(parts.query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return {
    operation,
    method,
    path: fillPath(path, parts.params ?? {}),
    query: Object.fromEntries(query),
    headers: { [ghlVersionHeader]: ghlVersionOf[family] },
    body: parts.body,
    idempotent,
  };
}

function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (!value) throw new Error(`${path} needs ${name}`);
    return encodeURIComponent(value);
  });
}
