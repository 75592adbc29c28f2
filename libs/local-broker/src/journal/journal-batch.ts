import type { QueuedMessage } from '../message.js';
import type { JournalUnit } from './journal-unit.js';
import type { Statement } from './journal-schema.js';

/** What one transaction writes. */
export interface JournalBatch {
  readonly units: readonly JournalUnit[];
  readonly returned: ReadonlySet<QueuedMessage>;
  /** Highest position ever delivered, by queue id. */
  readonly deliveredTo: ReadonlyMap<number, number>;
}

const listOf = (values: readonly (number | string)[]) => `{${values.join(',')}}`;

/**
 * A message that was added and removed within one batch is written nowhere: nobody can tell the difference after the commit.
 * That is the common case while consumers keep up.
 */
export function batchStatements(schema: string, batch: JournalBatch): Statement[] {
  const removed: QueuedMessage[] = [];
  for (const message of batch.units.flatMap((unit) => unit.removed))
    if (message.row === 'written') removed.push(message);
    else message.row = 'skipped';
  const added = batch.units.flatMap((unit) => unit.added).filter((message) => message.row !== 'skipped');
  for (const message of added) message.row = 'written';

  const statements: Statement[] = [];
  if (added.length > 0 || removed.length > 0) statements.push(messagesStatement(schema, added, removed));
  const returned = [...batch.returned].filter((message) => message.row === 'written');
  if (returned.length > 0) statements.push(returnsStatement(schema, returned));
  if (batch.deliveredTo.size > 0) statements.push(deliveredStatement(schema, batch.deliveredTo));
  return [...statements, ...batch.units.flatMap((unit) => unit.changes)];
}

/** One round trip for inserts and deletes. All bodies travel as one binary parameter that the server cuts up: no hex, no quoting. */
function messagesStatement(
  schema: string,
  added: readonly QueuedMessage[],
  removed: readonly QueuedMessage[],
): Statement {
  const packed = pack(added);
  return {
    name: 'write-messages',
    text: `with added as (
        insert into ${schema}.message (queue_id, position, envelope, content, expires_at, return_count)
        select queue_id, position,
               convert_from(substr($1::bytea, start, envelope_size), 'UTF8'),
               substr($1::bytea, start + envelope_size, content_size),
               to_timestamp(expires_ms / 1000.0),
               return_count
        from unnest($2::integer[], $3::bigint[], $4::integer[], $5::integer[], $6::integer[], $7::bigint[], $8::integer[])
          as row (queue_id, position, start, envelope_size, content_size, expires_ms, return_count)
        on conflict do nothing)
      delete from ${schema}.message
      using unnest($9::integer[], $10::bigint[]) as gone (queue_id, position)
      where message.queue_id = gone.queue_id and message.position = gone.position`,
    values: [
      packed.bytes,
      listOf(added.map((message) => message.queueId)),
      listOf(added.map((message) => message.position)),
      listOf(packed.starts),
      listOf(packed.envelopeSizes),
      listOf(added.map((message) => message.content.length)),
      listOf(added.map((message) => message.expiresAt ?? 'null')),
      listOf(added.map((message) => message.returns)),
      listOf(removed.map((message) => message.queueId)),
      listOf(removed.map((message) => message.position)),
    ],
  };
}

function pack(messages: readonly QueuedMessage[]): { bytes: Buffer; starts: number[]; envelopeSizes: number[] } {
  const parts: Buffer[] = [];
  const starts: number[] = [];
  const envelopeSizes: number[] = [];
  // substr counts from 1
  let start = 1;
  for (const { envelope, content } of messages) {
    const envelopeBytes = Buffer.from(envelope);
    parts.push(envelopeBytes, content);
    starts.push(start);
    envelopeSizes.push(envelopeBytes.length);
    start += envelopeBytes.length + content.length;
  }
  return { bytes: Buffer.concat(parts), starts, envelopeSizes };
}

function returnsStatement(schema: string, returned: readonly QueuedMessage[]): Statement {
  return {
    name: 'count-returns',
    text: `update ${schema}.message set return_count = given.return_count
      from unnest($1::integer[], $2::bigint[], $3::integer[]) as given (queue_id, position, return_count)
      where message.queue_id = given.queue_id and message.position = given.position`,
    values: [
      listOf(returned.map((message) => message.queueId)),
      listOf(returned.map((message) => message.position)),
      listOf(returned.map((message) => message.returns)),
    ],
  };
}

function deliveredStatement(schema: string, deliveredTo: ReadonlyMap<number, number>): Statement {
  return {
    name: 'mark-delivered',
    text: `update ${schema}.queue set delivered_to = given.delivered_to
      from unnest($1::integer[], $2::bigint[]) as given (id, delivered_to) where queue.id = given.id`,
    values: [listOf([...deliveredTo.keys()]), listOf([...deliveredTo.values()])],
  };
}
