import { requirePermission, type Erasure } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { findErasures } from '../../persistence/sagas/erasure.repository.js';
import type { Conversation } from '../conversation.js';

export interface ErasureSelection {
  readonly scope: 'tenant' | 'platform';
  readonly limit: number;
}

/** The records of erasures: of the asking firm, or for whoever runs the platform of all. */
export class GetErasures {
  constructor(private readonly database: Database) {}

  async execute({ scope, limit }: ErasureSelection, { tenantId, actor }: Conversation): Promise<Erasure[]> {
    requirePermission(actor, scope === 'platform' ? 'platform.operate' : 'erasure.request');
    if (scope === 'platform') return this.database.acrossTenants((tx) => findErasures(tx, null, limit));
    return this.database.inTenant(tenantId, (tx) => findErasures(tx, tenantId, limit));
  }
}
