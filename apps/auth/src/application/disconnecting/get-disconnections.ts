import { type Disconnection } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { findDisconnections } from '../../persistence/sagas/disconnection.repository.js';

/** How far the endings of a tenant's connections are. */
export class GetDisconnections {
  constructor(private readonly database: Database) {}

  async execute(
    selection: { readonly connectionId: string | null; readonly limit: number },
    tenantId: string,
  ): Promise<Disconnection[]> {
    return this.database.inTenant(tenantId, (tx) => findDisconnections(tx, tenantId, selection));
  }
}
