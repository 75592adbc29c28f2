import type { Database } from '@firmbridge/database';
import { findConnections } from '../persistence/connection.repository.js';
import { findPairings } from '../persistence/pairing.repository.js';

/** The connections of a tenant, oldest first, and which of them are kept in step. */
export class ListConnections {
  constructor(private readonly database: Database) {}

  execute(tenantId: string) {
    return this.database.inTenant(tenantId, async (tx) => ({
      connections: await findConnections(tx),
      pairings: await findPairings(tx),
    }));
  }
}
