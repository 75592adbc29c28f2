import type { Database } from '@firmbridge/database';
import { findConnections } from '../../persistence/connection.repository.js';
import { findPairings } from '../../persistence/pairing.repository.js';

/** The connections of a tenant that have not ended, oldest first, and which of them are kept in step. */
export class ListConnections {
  constructor(private readonly database: Database) {}

  async execute(tenantId: string) {
    return this.database.inTenant(tenantId, async (tx) => {
      const connections = await findConnections(tx, tenantId);
      const isThere = (id: string) => connections.some(({ connectionId }) => connectionId === id);
      const pairings = (await findPairings(tx, tenantId)).filter(
        ({ clioConnectionId, ghlConnectionId }) => isThere(clioConnectionId) && isThere(ghlConnectionId),
      );
      return { connections, pairings };
    });
  }
}
