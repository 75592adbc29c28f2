import type { Message } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import { silentLogger, type MessagingLogger } from '@firmbridge/subscriber/amqp';
import { isTenantErased } from './erased-tenants.js';

const sweepRows = 5_000;

/** `erased`: the firm is gone, so the message is discarded; a dead letter would keep its data. */
export type InboxOutcome = 'handled' | 'duplicate' | 'erased';

/** Ids of handled messages, so that a message delivered twice has its effect once. */
export class Inbox {
  private readonly counts = { handled: 0, duplicates: 0, erased: 0 };

  constructor(
    private readonly database: Database,
    private readonly logger: MessagingLogger = silentLogger,
  ) {}

  /**
   * Runs the work in one transaction of the message's tenant together with the note that this queue has handled it. Of two
   * deliveries at the same time one waits for the other's transaction: when that commits it is a duplicate, when it rolls
   * back it does the work. When the work throws nothing is kept. A message of an erased tenant is discarded with a log line.
   */
  async once(queue: string, message: Message, work: (tx: Tx) => Promise<void>): Promise<InboxOutcome> {
    const outcome = await this.database.inTenant(message.tenantId, async (tx) => {
      if (await this.isNew(tx, queue, message)) {
        await work(tx);
        return 'handled' as const;
      }
      return (await isTenantErased(tx, message.tenantId)) ? ('erased' as const) : ('duplicate' as const);
    });
    this.counts[outcome === 'duplicate' ? 'duplicates' : outcome] += 1;
    if (outcome === 'erased') {
      this.logger.info({ queue, messageId: message.id, type: message.type }, 'discarded a message of an erased firm');
    }
    return outcome;
  }

  stats() {
    return { ...this.counts };
  }

  private async isNew(tx: Tx, queue: string, message: Message): Promise<boolean> {
    // The day of the message's own time never changes, so it may be part of the key and decide when the row is swept.
    const rows = await tx.query(
      `insert into "${this.database.schema}".inbox_message (tenant_id, consumer, message_id, message_day)
       select $1::uuid, $2, $3::uuid, ($4::timestamptz at time zone 'utc')::date
        where not exists (select from "${this.database.schema}".erased_tenant where tenant_id = $1::uuid)
       on conflict do nothing returning message_id`,
      [message.tenantId, queue, message.id, message.time],
    );
    return rows.length > 0;
  }
}

/** Forgets messages older than this many days; a dead letter resent later than that could have its effect twice. */
export async function sweepInbox(database: Database, { olderThanDays = 30 } = {}): Promise<number> {
  let swept = 0;
  for (;;) {
    const rows = await database.acrossTenants((tx) =>
      tx.query<{ gone: number }>(sweep(database.schema), [olderThanDays, sweepRows]),
    );
    swept += rows.length;
    if (rows.length < sweepRows) return swept;
  }
}

function sweep(schema: string): string {
  return `
    delete from "${schema}".inbox_message
     where ctid = any (array(
             select ctid from "${schema}".inbox_message
              where message_day < (now() at time zone 'utc')::date - $1::int limit $2::int))
    returning 1 as gone`;
}
