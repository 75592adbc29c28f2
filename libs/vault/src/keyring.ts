import { AppError } from '@firmbridge/contracts';
import { createSecretKey, type KeyObject } from 'node:crypto';
import { keyIdPattern, openText, parseSealed, sealText } from './sealed-text.js';

export interface WrappedKey {
  readonly wrapped: string;
  readonly kekId: string;
}

/** What protects the data keys: a keyring from the environment, or a key management service. */
export interface KeyEncryption {
  /** The key-encryption key that new data keys are wrapped with. */
  readonly currentId: string;
  /** `owner` says whose key it is; unwrapping for another owner must fail. */
  wrap(dataKey: Buffer, owner: readonly string[]): Promise<WrappedKey>;
  unwrap(wrapped: WrappedKey, owner: readonly string[]): Promise<Buffer>;
}

const keyBytes = 32;
const shape = 'Write VAULT_KEYS as "id:base64,older-id:base64" with keys of 32 random bytes, the current one first.';

/** Versioned key-encryption keys, the first of them current: `2026-11:<base64>,2026-05:<base64>`. */
export class Keyring implements KeyEncryption {
  private constructor(
    readonly currentId: string,
    private readonly keys: ReadonlyMap<string, KeyObject>,
  ) {}

  static parse(text: string): Keyring {
    const entries = text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    const keys = new Map<string, KeyObject>();
    for (const entry of entries) {
      const { id, key } = parseEntry(entry);
      if (keys.has(id)) throw badKeyring('vault.bad_keyring', `The keyring names "${id}" twice.`);
      keys.set(id, key);
    }
    const [currentId] = keys.keys();
    if (currentId === undefined) throw badKeyring('vault.no_key', 'The keyring is empty.');
    return new Keyring(currentId, keys);
  }

  async wrap(dataKey: Buffer, owner: readonly string[]): Promise<WrappedKey> {
    return { wrapped: sealText(dataKey, this.key(this.currentId), this.currentId, owner), kekId: this.currentId };
  }

  async unwrap({ wrapped, kekId }: WrappedKey, owner: readonly string[]): Promise<Buffer> {
    const key = this.key(kekId);
    try {
      return openText(parseSealed(wrapped), key, owner);
    } catch (error) {
      const message = `The key-encryption key "${kekId}" is another one than it was; bring the right one back under this name.`;
      throw new AppError('internal', 'vault.wrong_key', message, { cause: error });
    }
  }

  private key(id: string): KeyObject {
    const key = this.keys.get(id);
    if (key) return key;
    throw new AppError('internal', 'vault.unknown_key', `The keyring has no key-encryption key "${id}".`);
  }
}

function parseEntry(entry: string): { id: string; key: KeyObject } {
  const separator = entry.indexOf(':');
  const id = entry.slice(0, Math.max(separator, 0));
  if (!keyIdPattern.test(id)) throw badKeyring('vault.bad_keyring', 'An entry of the keyring has no proper id.');
  const encoded = entry.slice(separator + 1);
  const bytes = Buffer.from(encoded, 'base64');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded) || bytes.length !== keyBytes) {
    throw badKeyring('vault.bad_key', `The key-encryption key "${id}" is not ${keyBytes} bytes in base64.`);
  }
  return { id, key: createSecretKey(bytes) };
}

function badKeyring(code: string, sentence: string): AppError {
  return new AppError('validation', code, `${sentence} ${shape}`);
}
