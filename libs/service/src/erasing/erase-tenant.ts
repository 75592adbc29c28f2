import { Inject, Injectable } from '@nestjs/common';
import {
  AppError,
  authMessages,
  newMessage,
  originFollowing,
  type DataOf,
  type Message,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import { Database, deleteTenantRows, waitForWriters } from '@firmbridge/database';
import { countErasedRows, erasedTenantTable, markTenantErased, Outbox } from '@firmbridge/messaging';
import type { Logger } from 'pino';
import { CLOCK, LOGGER, type Clock } from '../tokens.js';
import { ErasureHooks } from './erasure-hooks.js';

type TenantErasing = Message<DataOf<typeof authMessages.tenantErasing>>;

const mostPasses = 20;
const writersMs = 30_000;

/**
 * Destroys the tenant's data key if the service has a vault, deletes the tenant's rows from every table of the schema, outbox and
 * inbox included, and answers. Of the tenant stays that it was erased: what comes later is discarded. Asked again, by a
 * redelivery or anew, it looks again and answers again.
 */
@Injectable()
export class EraseTenant {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly hooks: ErasureHooks,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  private get service(): string {
    return this.database.names.service;
  }

  async execute(event: TenantErasing): Promise<void> {
    const { tenantId } = event;
    await this.hooks.run(tenantId);
    await this.database.inTenant(tenantId, (tx) => markTenantErased(tx, tenantId));
    const kept = await this.deleteAll(tenantId);
    const rowsDeleted = await this.database.inTenant(tenantId, async (tx) => {
      const rows = await countErasedRows(tx, tenantId, 0);
      await this.outbox.add(tx, [this.answer(event, rows, kept)]);
      return rows;
    });
    this.log.info({ tenantId, rowsDeleted, kept }, 'erased a firm');
  }

  /** Passes over all tables until one finds nothing, before which whoever was writing had ended. Answers what had to stay. */
  private async deleteAll(tenantId: string): Promise<readonly string[]> {
    for (let pass = 1; pass <= mostPasses; pass += 1) {
      if (!(await waitForWriters(this.database, writersMs))) break;
      const { rows, kept } = await deleteTenantRows(this.database, tenantId, {
        except: [erasedTenantTable],
        onBatch: async (tx, count) => {
          await countErasedRows(tx, tenantId, count);
        },
      });
      if (rows === 0) return kept;
    }
    const message = `${this.service} still writes rows of the firm that is to be erased.`;
    throw new AppError('unavailable', `${this.service}.tenant_in_use`, message);
  }

  private answer(event: TenantErasing, rowsDeleted: number, kept: readonly string[]): OutgoingMessage {
    const remains = kept.map((table) => ({
      what: `Rows of ${this.service} in ${table}, which are never deleted.`,
      until: null,
    }));
    return newMessage(
      authMessages.tenantErased,
      { erasureId: event.data.erasureId, rowsDeleted, remains },
      originFollowing(event, this.service, this.clock()),
    );
  }
}
