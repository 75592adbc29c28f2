import { randomBytes } from 'node:crypto';

export const webhookPath = '/webhooks/clio/';

/** 256 random bits: whoever has not been told an address does not find it. */
const pathPattern = /^[A-Za-z0-9_-]{43}$/;

export function newPathId(): string {
  return randomBytes(32).toString('base64url');
}

export function isPathId(text: string): boolean {
  return pathPattern.test(text);
}

/** Where all subscriptions of this installation point; null when Clio has no way to it. */
export function webhookBase(publicUrl: string | null): string | null {
  return publicUrl === null ? null : `${publicUrl}${webhookPath}`;
}
