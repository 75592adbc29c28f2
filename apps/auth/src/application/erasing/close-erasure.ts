import { AppError } from '@firmbridge/contracts';
import { deleteTenantRows, waitForWriters, type Database } from '@firmbridge/database';
import { countErasedRows, erasedTenantTable, markTenantErased } from '@firmbridge/messaging';
import type { Vault } from '@firmbridge/vault';
import { remainsAfterErasure } from '../../domain/erasure-remains.js';
import { finishErasure, lockErasure, noteErased } from '../../persistence/sagas/erasure.repository.js';
import { deleteTenant, findTenantSince } from '../../persistence/tenant.repository.js';
import { serviceName } from '../conversation.js';

export interface Retention {
  /** Of the stream of entity events. */
  readonly streamDays: number;
  readonly backupDays: number;
}

/** The record itself, and marks that tell nothing but that there was something. */
const staying = ['erasure', 'data_key', 'tenant', erasedTenantTable];
const mostPasses = 20;
const writersMs = 30_000;

/**
 * Destroys the key and the rows that are kept here and closes the record, which names what still holds something. The key goes
 * first and the tenant's own row last: after a crash in between, all that is left is unreadable, and the next call goes on.
 */
export class CloseErasure {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly retention: Retention,
    private readonly clock: () => Date,
  ) {}

  async execute(tenantId: string): Promise<void> {
    await this.vault.destroyTenantKey(tenantId);
    await this.database.inTenant(tenantId, (tx) => markTenantErased(tx, tenantId));
    await this.deleteAll(tenantId);
    await this.database.inTenant(tenantId, async (tx) => {
      const saga = await lockErasure(tx);
      if (saga?.state !== 'closing') return;
      const { erasureId } = saga;
      const now = this.clock();
      const since = (await findTenantSince(tx, tenantId)) ?? now;
      await deleteTenant(tx, tenantId);
      const rowsDeleted = await countErasedRows(tx, tenantId, 1);
      const acknowledged = { service: serviceName, at: now.toISOString(), rowsDeleted };
      await noteErased(tx, { erasureId, acknowledged, remains: [] });
      await finishErasure(tx, erasureId, remainsAfterErasure({ now, since, ...this.retention }));
    });
  }

  private async deleteAll(tenantId: string): Promise<void> {
    for (let pass = 1; pass <= mostPasses; pass += 1) {
      if (!(await waitForWriters(this.database, writersMs))) break;
      const { rows } = await deleteTenantRows(this.database, tenantId, {
        except: staying,
        onBatch: async (tx, count) => void (await countErasedRows(tx, tenantId, count)),
      });
      if (rows === 0) return;
    }
    throw new AppError(
      'unavailable',
      'erasure.tenant_in_use',
      'Rows of the firm that is to be erased are still written.',
    );
  }
}
