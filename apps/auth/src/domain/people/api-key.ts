import { randomBytes } from 'node:crypto';

/** The parts of `fbk_<id>_<secret>`. */
export interface ApiKeyParts {
  readonly keyId: string;
  readonly secret: string;
}

const pattern = /^fbk_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([\w-]{43})$/;

export function newApiKeySecret(): string {
  return randomBytes(32).toString('base64url');
}

export function formatApiKey({ keyId, secret }: ApiKeyParts): string {
  return `fbk_${keyId.replaceAll('-', '')}_${secret}`;
}

/** Null when it is no key of ours. */
export function parseApiKey(text: string): ApiKeyParts | null {
  const [, ...groups] = pattern.exec(text) ?? [];
  const secret = groups.pop();
  return secret === undefined ? null : { keyId: groups.join('-'), secret };
}
