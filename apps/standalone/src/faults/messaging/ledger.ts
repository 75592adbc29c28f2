import type { Message } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import type { Inbox } from '@firmbridge/messaging';
import type { LedgerSabotage } from './messaging-sabotage.js';
import { ledgerQueues, type RecordData } from './records.js';

type Queue = (typeof ledgerQueues)[keyof typeof ledgerQueues];

export interface LedgerOptions {
  readonly database: Database;
  readonly inbox: Inbox;
  readonly sabotage?: LedgerSabotage | null;
  /** Runs in the transaction when the effect is written; what it throws undoes the effect. */
  readonly beforeCommit?: () => void;
  /** Runs after the commit and before the message is acknowledged. */
  readonly afterCommit?: () => void;
}

const newestOnly = 'where known.version < excluded.version';

/** Keeps what it hears, as a service of the platform does: once for each message, and the newest version of each record. */
export class Ledger {
  constructor(private readonly options: LedgerOptions) {}

  async keep(queue: Queue, message: Message<RecordData>): Promise<void> {
    const { database, inbox, sabotage = null } = this.options;
    const work = (tx: Tx) => this.write(tx, queue, message);
    if (sabotage === 'ack-before-commit') {
      // Whoever returns before the commit has acknowledged; nobody hears of a failure.
      void inbox.once(queue, message, work).catch(() => undefined);
      return;
    }
    if (sabotage === 'no-inbox') await database.inTenant(message.tenantId, work);
    else await inbox.once(queue, message, work);
    this.options.afterCommit?.();
  }

  private async write(tx: Tx, queue: Queue, { id, tenantId, data }: Message<RecordData>): Promise<void> {
    const applied = queue === ledgerQueues.apply && (await this.apply(tx, tenantId, data));
    await tx.query(
      'insert into effect (tenant_id, message_id, record_id, version, applied) values ($1, $2, $3, $4, $5)',
      [tenantId, id, data.record, data.n, applied],
    );
    this.options.beforeCommit?.();
  }

  /** Locks the record's row in any case, so the order of the effects is that of the transactions. */
  private async apply(tx: Tx, tenantId: string, { record, n }: RecordData): Promise<boolean> {
    const guard = this.options.sabotage === 'no-version-check' ? '' : newestOnly;
    const rows = await tx.query(
      `insert into known (tenant_id, record_id, version) values ($1, $2, $3)
       on conflict (tenant_id, record_id) do update set version = excluded.version ${guard} returning version`,
      [tenantId, record, n],
    );
    return rows.length > 0;
  }
}
