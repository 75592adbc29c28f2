import { createPublicKey, verify, type KeyObject } from 'node:crypto';

/** 64 bytes in base64. */
const signature = /^[A-Za-z0-9+/]{86}==$/;

/** Reads public keys as they are published: base64 of an SPKI document. Throws for anything but Ed25519. */
export function readSigningKeys(texts: readonly string[]): KeyObject[] {
  return texts.map((text) => {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return key;
    throw new Error('not an Ed25519 key');
  });
}

/** Whether one of the keys has signed these very bytes. What has not the form of a signature costs no computing. */
export function isSignedWith(keys: readonly KeyObject[], body: Buffer, text: unknown): boolean {
  if (typeof text !== 'string' || !signature.test(text)) return false;
  const bytes = Buffer.from(text, 'base64');
  return keys.some((key) => verify(null, body, key, bytes));
}
