import { AppError } from '@firmbridge/contracts';
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

export interface SealedParts {
  readonly keyId: string;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly ciphertext: Buffer;
}

const version = 'v1';
const algorithm = 'aes-256-gcm';
const ivBytes = 12;
// Without it the decipher takes a tag of 4 bytes, which can be guessed.
const authTagLength = 16;

export const keyIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** `v1.<key id>.<iv>.<tag>.<ciphertext>`; opens only with the same key and the same place. */
export function sealText(plaintext: Buffer, key: KeyObject, keyId: string, place: readonly string[]): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength });
  cipher.setAAD(boundTo(place, keyId));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return [version, keyId, ...[iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url'))].join('.');
}

export function openText(sealed: SealedParts, key: KeyObject, place: readonly string[]): Buffer {
  try {
    const decipher = createDecipheriv(algorithm, key, sealed.iv, { authTagLength });
    decipher.setAAD(boundTo(place, sealed.keyId));
    decipher.setAuthTag(sealed.tag);
    return Buffer.concat([decipher.update(sealed.ciphertext), decipher.final()]);
  } catch (error) {
    const message = 'The sealed value was changed, or it was sealed for another place or with another key.';
    throw new AppError('forbidden', 'vault.refused', message, { cause: error });
  }
}

/** Takes a sealed text apart; only the one spelling that `sealText` writes is accepted. */
export function parseSealed(text: string): SealedParts {
  const [found, keyId = '', iv = '', tag = '', ciphertext = '', ...rest] = text.split('.');
  const parts = [iv, tag, ciphertext].map((part) => Buffer.from(part, 'base64url'));
  const [ivPart, tagPart, ciphertextPart] = parts as [Buffer, Buffer, Buffer];
  const isExact = parts.map((part) => part.toString('base64url')).join('.') === [iv, tag, ciphertext].join('.');
  if (
    found === version &&
    keyIdPattern.test(keyId) &&
    isExact &&
    ivPart.length === ivBytes &&
    tagPart.length === authTagLength &&
    rest.length === 0
  ) {
    return { keyId, iv: ivPart, tag: tagPart, ciphertext: ciphertextPart };
  }
  throw new AppError('validation', 'vault.not_sealed', 'The text is no sealed value, or a part of it is missing.');
}

// Encoding each part keeps two different places from reading the same once joined.
function boundTo(place: readonly string[], keyId: string): Buffer {
  return Buffer.from([...place, keyId].map(encodeURIComponent).join('|'), 'utf8');
}
