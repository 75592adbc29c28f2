import type { ApiKey } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { findApiKeys } from '../../persistence/people/api-key.repository.js';

/** The keys of a firm that are not revoked, the newest first. */
export class ListApiKeys {
  constructor(private readonly database: Database) {}

  execute(tenantId: string): Promise<ApiKey[]> {
    return this.database.inTenant(tenantId, (tx) => findApiKeys(tx, tenantId));
  }
}
