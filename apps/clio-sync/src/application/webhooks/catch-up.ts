import type { Database } from '@firmbridge/database';
import { catchUpSoon } from '../../persistence/webhook-subscription.repository.js';

/** Has a connection read what changed, because something may have been missed. */
export class CatchUp {
  constructor(private readonly database: Database) {}

  execute(tenantId: string, connectionId: string): Promise<void> {
    return this.database.inTenant(tenantId, (tx) => catchUpSoon(tx, connectionId));
  }
}
