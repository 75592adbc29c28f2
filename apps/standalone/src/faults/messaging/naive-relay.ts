import { setTimeout as wait } from 'node:timers/promises';
import type { Database, Tx } from '@firmbridge/database';
import type { MessagingLogger, Publisher, StoredMessage } from '@firmbridge/messaging';

type Row = StoredMessage & { readonly id: string };

const columns = 'id, message_id as "messageId", type, exchange, routing_key as "routingKey", traceparent, envelope';
const batchRows = 100;
const pauseMs = 20;

/**
 * Relays as they are often written, to show that the checks notice. `cursor-by-id` goes on behind the last id it has seen:
 * what commits late with a smaller id is never looked at. `skip-locked-relays` lets two lanes take what the other has not
 * locked: the later rows of a record may overtake the earlier ones.
 */
export class NaiveRelay {
  private stopping = false;
  private readonly lanes: Promise<void>[] = [];

  constructor(
    private readonly kind: 'cursor-by-id' | 'skip-locked-relays',
    private readonly database: Database,
    private readonly publisher: Publisher,
    private readonly logger: MessagingLogger,
  ) {}

  start(): void {
    this.publisher.start();
    const lanes = this.kind === 'cursor-by-id' ? 1 : 2;
    for (let lane = 0; lane < lanes; lane += 1) this.lanes.push(this.run());
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.lanes);
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const published = await this.round().catch((error: unknown) => {
        this.logger.warn({ err: error }, 'a batch of the naive relay failed');
        return 0;
      });
      if (published === 0) await wait(pauseMs);
    }
  }

  private round(): Promise<number> {
    return this.database.acrossTenants(async (tx) => {
      const rows = this.kind === 'cursor-by-id' ? await afterCursor(tx) : await notLocked(tx);
      if (rows.length === 0) return 0;
      const results = await this.publisher.publish(rows.map((row) => this.publisher.toRaw(row)));
      if (results.some((result) => result !== 'confirmed')) throw new Error('The batch was not published.');
      await this.settle(tx, rows);
      return rows.length;
    });
  }

  private async settle(tx: Tx, rows: readonly Row[]): Promise<void> {
    const ids = rows.map(({ id }) => id);
    await tx.query('delete from outbox_message where id = any ($1::bigint[])', [ids]);
    if (this.kind === 'cursor-by-id') await tx.query('update public.relay_cursor set last = $1', [ids.at(-1)]);
  }
}

/** The cursor's row is locked until the batch is done: one relay works at a time. */
function afterCursor(tx: Tx): Promise<Row[]> {
  return tx.query<Row>(
    `with position as (select last from public.relay_cursor for update)
     select ${columns} from outbox_message where id > (select last from position) order by id limit $1`,
    [batchRows],
  );
}

function notLocked(tx: Tx): Promise<Row[]> {
  return tx.query<Row>(`select ${columns} from outbox_message order by id limit $1 for update skip locked`, [
    batchRows,
  ]);
}
