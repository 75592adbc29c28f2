import { AppError } from '@firmbridge/contracts';
import type { Vault } from './vault.js';

export interface RotationStep {
  /** The key-encryption key that this process wraps with. */
  readonly currentKeyId: string;
  /** Data keys that this step has wrapped anew. */
  readonly rewrapped: number;
  /** Data keys that are still wrapped with another one. */
  readonly left: number;
}

export interface RotationWish {
  /** The key to wrap with; null only asks how things stand. */
  readonly keyId: string | null;
  readonly limit: number;
  /** Default 3 s: a question is answered within 5. */
  readonly budgetMs?: number;
}

/** In one statement. */
const batch = 500;

/**
 * One step of a rotation: wraps up to `limit` data keys anew. Repeat it until nothing is left; several callers and replicas may do so
 * at once, and it may be broken off anywhere. A process that wraps with another key than the one named refuses: it would turn back
 * what its neighbours have done.
 */
export class RotateKeys {
  constructor(private readonly vault: Vault) {}

  async execute({ keyId, limit, budgetMs = 3_000 }: RotationWish): Promise<RotationStep> {
    const { currentKeyId } = this.vault;
    if (keyId !== null && keyId !== currentKeyId) throw anotherKey(keyId, currentKeyId);
    const rewrapped = keyId === null ? 0 : await this.rewrap(limit, performance.now() + budgetMs);
    return { currentKeyId, rewrapped, left: await this.vault.countToRewrap() };
  }

  private async rewrap(limit: number, until: number): Promise<number> {
    let rewrapped = 0;
    while (rewrapped < limit && performance.now() < until) {
      const done = await this.vault.rewrapSome(Math.min(batch, limit - rewrapped));
      if (done === 0) break;
      rewrapped += done;
    }
    return rewrapped;
  }
}

function anotherKey(keyId: string, currentKeyId: string): AppError {
  const message = `A replica wraps with the key "${currentKeyId}" instead of "${keyId}": give all replicas the same VAULT_KEYS first.`;
  return new AppError('conflict', 'vault.another_current_key', message, { details: { keyId, currentKeyId } });
}
