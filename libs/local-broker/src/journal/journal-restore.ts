import { z } from 'zod';
import { exchangeTypes } from '../exchange.js';
import type { JournalSession } from './journal-session.js';

const argumentsSchema = z.record(z.string(), z.unknown());
const position = z.coerce.number();

const exchangeRows = z.array(
  z.object({
    name: z.string(),
    type: z.enum(exchangeTypes),
    auto_delete: z.boolean(),
    internal: z.boolean(),
    arguments: argumentsSchema,
  }),
);
const queueRows = z.array(
  z.object({
    id: z.number(),
    name: z.string(),
    auto_delete: z.boolean(),
    arguments: argumentsSchema,
    last_position: position,
    message_count: position,
    byte_count: position,
  }),
);
const bindingRows = z.array(z.object({ exchange: z.string(), queue_id: z.number(), routing_key: z.string() }));

/** What was journalled, as it was when the last owner stopped. */
export interface RestoredTopology {
  readonly exchanges: z.output<typeof exchangeRows>;
  readonly queues: z.output<typeof queueRows>;
  readonly bindings: z.output<typeof bindingRows>;
}

/**
 * Messages up to a queue's `delivered_to` were with a consumer when the last owner died: they count as returned once more, so a
 * message that kills the process does not do so for ever. A clean stop leaves the mark at 0.
 */
export async function restore(session: JournalSession, schema: string): Promise<RestoredTopology> {
  const queues = await session.read({
    text: `select id, name, auto_delete, arguments,
        greatest(delivered_to, coalesce(last_position, 0)) as last_position,
        coalesce(message_count, 0) as message_count, coalesce(byte_count, 0) as byte_count
      from ${schema}.queue
      left join (
        select queue_id, max(position) as last_position, count(*) as message_count, sum(octet_length(content)) as byte_count
        from ${schema}.message group by queue_id) as held on held.queue_id = queue.id
      order by id`,
    values: [],
  });
  const exchanges = await session.read({ text: `select * from ${schema}.exchange order by name`, values: [] });
  const bindings = await session.read({ text: `select * from ${schema}.binding`, values: [] });
  await session.write([
    {
      text: `with marked as (update ${schema}.queue set delivered_to = 0 where delivered_to > 0 returning id)
        update ${schema}.message set return_count = return_count + 1 from ${schema}.queue
        where queue.id = message.queue_id and message.position <= queue.delivered_to`,
      values: [],
    },
  ]);
  return {
    exchanges: exchangeRows.parse(exchanges),
    queues: queueRows.parse(queues),
    bindings: bindingRows.parse(bindings),
  };
}
