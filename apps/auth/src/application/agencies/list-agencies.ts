import { type Agency } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { findAgencies } from '../../persistence/agency.repository.js';

/** The agencies of a tenant that have not ended, with the connections that hang on them. */
export class ListAgencies {
  constructor(private readonly database: Database) {}

  async execute(tenantId: string): Promise<Agency[]> {
    return this.database.inTenant(tenantId, (tx) => findAgencies(tx));
  }
}
