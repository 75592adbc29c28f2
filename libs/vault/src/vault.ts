import { AppError, isAppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { type DataKeyRow, DataKeys } from './data-keys.js';
import { KeyCache } from './key-cache.js';
import { type KeyEncryption, Keyring, type WrappedKey } from './keyring.js';
import { openText, parseSealed, sealText } from './sealed-text.js';

/** Where a sealed value stands; it opens nowhere else. */
export interface SealPlace {
  readonly table: string;
  readonly column: string;
  /** The row's key. */
  readonly row: string;
}

export interface VaultOptions {
  readonly database: Database;
  /** The text of VAULT_KEYS, or something that stands in for it. */
  readonly keyring: string | KeyEncryption;
  readonly clock?: () => Date;
  /** Unwrapped keys kept in memory, default 1000. */
  readonly maxCachedKeys?: number;
  /** How long they are kept, default 5 min: so long another process may still read after `destroyTenantKey`. */
  readonly cacheMs?: number;
}

interface DataKey {
  readonly keyId: string;
  readonly key: KeyObject;
}

const dataKeyBytes = 32;
const witnessOwner = ['key_witness'];

/**
 * Seals secrets of a service with a key of their tenant. Destroying that key makes all of the tenant's sealed values
 * unreadable at once. Call it outside of a transaction: it reads keys by a connection of its own.
 */
export class Vault {
  private readonly dataKeys: DataKeys;
  private readonly keyEncryption: KeyEncryption;
  private readonly inUse: KeyCache<DataKey>;
  private readonly byId: KeyCache<DataKey>;

  /** Throws when the keyring is empty or one of its keys is not 256 bits long. */
  constructor({ database, keyring, clock, maxCachedKeys, cacheMs }: VaultOptions) {
    this.dataKeys = new DataKeys(database);
    this.keyEncryption = typeof keyring === 'string' ? Keyring.parse(keyring) : keyring;
    const cache = {
      clock: clock ?? (() => new Date()),
      maxEntries: maxCachedKeys ?? 1000,
      lifetimeMs: cacheMs ?? 300_000,
    };
    this.inUse = new KeyCache(cache);
    this.byId = new KeyCache(cache);
  }

  /**
   * Throws when a key-encryption key that is still in use is missing, or when one is another than it was under the same name:
   * also one that has wrapped no tenant's key yet. Belongs before the first use.
   */
  async check(): Promise<void> {
    for (const sample of await this.dataKeys.samples()) await this.unwrap(sample);
    const ours = await this.keyEncryption.wrap(randomBytes(dataKeyBytes), witnessOwner);
    for (const witness of await this.dataKeys.witnesses(ours)) await this.checkWitness(witness);
  }

  async seal(tenantId: string, place: SealPlace, plaintext: string): Promise<string> {
    const { key, keyId } = await this.inUse.get(tenantId, () => this.loadOrCreate(tenantId));
    return sealText(Buffer.from(plaintext, 'utf8'), key, keyId, placeParts(tenantId, place));
  }

  async open(tenantId: string, place: SealPlace, sealed: string): Promise<string> {
    const parts = parseSealed(sealed);
    const { key } = await this.byId.get(cacheName(tenantId, parts.keyId), () => this.load(tenantId, parts.keyId));
    return openText(parts, key, placeParts(tenantId, place)).toString('utf8');
  }

  /** The key-encryption key that data keys are wrapped with from now on. */
  get currentKeyId(): string {
    return this.keyEncryption.currentId;
  }

  /** Data keys that are wrapped with an older key-encryption key. */
  countToRewrap(): Promise<number> {
    return this.dataKeys.countNotWrappedWith(this.currentKeyId);
  }

  /** Wraps up to so many data keys anew with the current key-encryption key; sealed values and readers do not notice. */
  async rewrapSome(limit: number): Promise<number> {
    const rows = await this.dataKeys.notWrappedWith(this.currentKeyId, limit);
    if (rows.length === 0) return 0;
    const rewrapped = await Promise.all(rows.map(async (old) => ({ old, ...(await this.rewrapped(old)) })));
    return this.dataKeys.replaceWrappings(rewrapped);
  }

  /** Wraps the tenant's data key with the current key-encryption key; sealed values stay as they are. */
  async rewrap(tenantId: string): Promise<'rewrapped' | 'unchanged'> {
    const row = await this.dataKeys.inUse(tenantId);
    if (!row || row.kekId === this.currentKeyId) return 'unchanged';
    return (await this.dataKeys.replaceWrapping(row, await this.rewrapped(row))) ? 'rewrapped' : 'unchanged';
  }

  /** Makes everything sealed for the tenant unreadable, for good. A later `seal` begins with a new key. */
  async destroyTenantKey(tenantId: string): Promise<void> {
    for (const keyId of await this.dataKeys.destroy(tenantId)) this.byId.forget(cacheName(tenantId, keyId));
    this.inUse.forget(tenantId);
  }

  private async loadOrCreate(tenantId: string): Promise<DataKey> {
    const known = await this.dataKeys.inUse(tenantId);
    if (known) return this.unwrapped(known);
    const keyId = randomBytes(9).toString('base64url');
    const wrapped = await this.keyEncryption.wrap(randomBytes(dataKeyBytes), ownerParts({ tenantId, keyId }));
    await this.dataKeys.addFirst({ tenantId, keyId, ...wrapped });
    const created = await this.dataKeys.inUse(tenantId);
    if (created) return this.unwrapped(created);
    throw new AppError('conflict', 'vault.key_destroyed', "The tenant's key was destroyed at this moment.");
  }

  private async load(tenantId: string, keyId: string): Promise<DataKey> {
    const row = await this.dataKeys.find(tenantId, keyId);
    if (row) return this.unwrapped(row);
    const message = 'The key of this sealed value was destroyed, or it is of another tenant or service.';
    throw new AppError('not_found', 'vault.no_data_key', message);
  }

  private async unwrapped(row: DataKeyRow): Promise<DataKey> {
    return { keyId: row.keyId, key: createSecretKey(await this.unwrap(row)) };
  }

  /** A witness of a key that was taken out of the keyring says nothing any more. */
  private async checkWitness(witness: WrappedKey): Promise<void> {
    try {
      await this.keyEncryption.unwrap(witness, witnessOwner);
    } catch (error) {
      if (isAppError(error) && error.code === 'vault.unknown_key') return;
      throw error;
    }
  }

  private async rewrapped(row: DataKeyRow): Promise<WrappedKey> {
    return this.keyEncryption.wrap(await this.unwrap(row), ownerParts(row));
  }

  private unwrap(row: DataKeyRow): Promise<Buffer> {
    return this.keyEncryption.unwrap({ wrapped: row.wrapped, kekId: row.kekId }, ownerParts(row));
  }
}

function ownerParts({ tenantId, keyId }: Pick<DataKeyRow, 'tenantId' | 'keyId'>): string[] {
  return [tenantId.toLowerCase(), 'data_key', keyId];
}

function placeParts(tenantId: string, { table, column, row }: SealPlace): string[] {
  return [tenantId.toLowerCase(), table, column, row];
}

function cacheName(tenantId: string, keyId: string): string {
  return `${tenantId}|${keyId}`;
}
