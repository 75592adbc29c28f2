import type { KnownApiKey } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { parseApiKey } from '../../domain/people/api-key.js';
import { hashSecret, isSecretOf } from '../../domain/secrets.js';
import { findApiKey, noteKeyUse } from '../../persistence/people/api-key.repository.js';

/** Compared with when the key is unknown, so that this takes no less time. */
const nobodysHash = hashSecret('');

/** Whose key it is and what it may do; null when it is unknown, revoked or expired. */
export class CheckApiKey {
  constructor(private readonly database: Database) {}

  async execute({ apiKey }: { readonly apiKey: string }): Promise<KnownApiKey | null> {
    const parts = parseApiKey(apiKey);
    if (parts === null) return null;
    const stored = await this.database.acrossTenants((tx) => findApiKey(tx, parts.keyId));
    const isGenuine = isSecretOf(stored?.secretHash ?? nobodysHash, parts.secret);
    if (!isGenuine || stored === null) return null;
    const { key, isUsedToday } = stored;
    if (!isUsedToday) await this.database.inTenant(key.tenantId, (tx) => noteKeyUse(tx, key.tenantId, key.keyId));
    return key;
  }
}
