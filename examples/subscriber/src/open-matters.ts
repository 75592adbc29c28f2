import { defineSubscription, type Inbox, type PostgresClient } from '@firmbridge/subscriber';
import { stdout } from 'node:process';

export const openMatterTable = `create table if not exists open_matter (
  tenant_id uuid, matter_id uuid, number text not null, description text, opened_on date, primary key (tenant_id, matter_id))`;

const keep = `insert into open_matter values ($1, $2, $3, $4, $5) on conflict (tenant_id, matter_id)
  do update set number = excluded.number, description = excluded.description, opened_on = excluded.opened_on`;
const remove = 'delete from open_matter where tenant_id = $1 and matter_id = $2';

/** Keeps a row for each open matter of each firm. Without an inbox it only says what it hears. */
export const openMatters = (inbox?: Inbox<PostgresClient>) =>
  defineSubscription({
    queue: 'example.open-matters',
    inbox,
    newestOnly: inbox !== undefined,
    on: {
      'matter.*': async ({ event: { tenantId, entityId, verb, state }, tx }) => {
        const isOpen = verb !== 'deleted' && verb !== 'merged' && state.status === 'open';
        if (!tx) stdout.write(`${isOpen ? 'open  ' : 'closed'} ${state.number} ${state.description ?? ''}\n`);
        else if (isOpen) await tx.query(keep, [tenantId, entityId, state.number, state.description, state.openedOn]);
        else await tx.query(remove, [tenantId, entityId]);
      },
    },
  });
