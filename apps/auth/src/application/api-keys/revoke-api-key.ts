import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { revokeApiKey } from '../../persistence/people/api-key.repository.js';

/** Ends a key for good. Doing it again changes nothing. */
export class RevokeApiKey {
  constructor(private readonly database: Database) {}

  async execute({ keyId }: { readonly keyId: string }, tenantId: string): Promise<void> {
    const isKnown = await this.database.inTenant(tenantId, (tx) => revokeApiKey(tx, tenantId, keyId));
    if (!isKnown) throw new AppError('not_found', 'key.not_found', 'There is no such API key.', { details: { keyId } });
  }
}
