import type { OutgoingMessage } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import { toStored } from './codec.js';
import { outboxPartitions } from './message-tables.js';

/** A statement stays well below what PostgreSQL takes as one JSON document. */
const largestInsertBytes = 8 * 1024 * 1024;

interface NewRow {
  readonly tenant_id: string;
  readonly message_id: string;
  readonly partition: number;
  readonly ordering_key: string;
  readonly exchange: string;
  readonly routing_key: string;
  readonly type: string;
  readonly traceparent: string | null;
  readonly envelope: string;
}

const columns = 'tenant_id, message_id, partition, ordering_key, exchange, routing_key, type, traceparent, envelope';

/** Messages that leave if and only if the transaction that made them commits. */
export class Outbox {
  private readonly listeners = new Set<(partitions: ReadonlySet<number>) => void>();

  constructor(private readonly database: Database) {}

  /**
   * Writes the messages in their order. Ids are taken here and become visible at commit: for the order of an ordering key
   * to be that of the commits, the caller must already hold a row lock on what it changed (`for update`, or the update
   * itself executed), because MikroORM runs inserts before updates when it flushes.
   */
  async add(tx: Tx, messages: readonly OutgoingMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const rows = messages.map(toRow);
    for (const chunk of chunksBySize(rows)) {
      await tx.query(insertInto(this.database.schema), [JSON.stringify(chunk)]);
    }
    const partitions = new Set(rows.map(({ partition }) => partition));
    tx.afterCommit(() => {
      for (const listener of this.listeners) listener(partitions);
    });
  }

  /** Calls back after each commit that wrote messages, with the partitions they are in. Returns how to end that. */
  onAdded(listener: (partitions: ReadonlySet<number>) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

function toRow(message: OutgoingMessage): NewRow {
  const { messageId, exchange, routingKey, type, traceparent, envelope } = toStored(message);
  return {
    tenant_id: message.envelope.tenantid,
    message_id: messageId,
    partition: partitionOf(message.orderingKey),
    ordering_key: message.orderingKey,
    exchange,
    routing_key: routingKey,
    type,
    traceparent,
    envelope,
  };
}

/** FNV-1a: rows wait in the database, so every version and replica must agree on the partition of a key. */
export function partitionOf(orderingKey: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(orderingKey)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % outboxPartitions;
}

function* chunksBySize(rows: readonly NewRow[]): Generator<NewRow[]> {
  let chunk: NewRow[] = [];
  let size = 0;
  for (const row of rows) {
    if (chunk.length > 0 && size + row.envelope.length > largestInsertBytes) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(row);
    size += row.envelope.length;
  }
  yield chunk;
}

function insertInto(schema: string): string {
  return `
    insert into "${schema}".outbox_message (${columns})
    select ${columns}
      from rows from (jsonb_to_recordset($1::jsonb) as (
             tenant_id uuid, message_id uuid, partition smallint, ordering_key text, exchange text, routing_key text,
             type text, traceparent text, envelope text)) with ordinality as message (${columns}, position)
     order by message.position`;
}
