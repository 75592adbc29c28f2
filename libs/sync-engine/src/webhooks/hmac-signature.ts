import { createHmac, timingSafeEqual } from 'node:crypto';

const hex = /^[0-9a-f]{64}$/i;
const base64 = /^[A-Za-z0-9+/]{43}=$/;

/** The 32 bytes of a signature written in hex or base64; null for anything else. */
function signatureBytes(text: string | undefined): Buffer | null {
  if (text === undefined) return null;
  if (hex.test(text)) return Buffer.from(text, 'hex');
  return base64.test(text) ? Buffer.from(text, 'base64') : null;
}

/** Whether the text is the HMAC-SHA256 of the body with one of the secrets. What has not the form of one costs no HMAC. */
export function isSignedBy(body: Buffer, signature: string | undefined, secrets: readonly string[]): boolean {
  const given = signatureBytes(signature);
  if (given === null) return false;
  return secrets.some((secret) => timingSafeEqual(createHmac('sha256', secret).update(body).digest(), given));
}
