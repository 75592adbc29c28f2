import { AppError, type Connection, type Message, type Provider, type Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { BudgetWindowSetting } from './budget/budget-rules.js';

/** What the engine knows of a connection: a projection of auth's events. */
export interface EngineConnection {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly provider: Provider;
  readonly region: Region;
  readonly accountId: string;
  readonly accountName: string;
  readonly apiOrigin: string;
  readonly status: 'active' | 'reauthorization_required' | 'disconnected';
  /** Its own budget, when a person has set one. */
  readonly budget: readonly BudgetWindowSetting[] | null;
}

/**
 * Keeps the projection; an event older than what is known changes nothing. A connection that comes back is to catch up, and what
 * it was refused for want of a permission is tried again: a new authorization may bring it.
 */
export async function establishConnection(tx: Tx, message: Message<Connection>): Promise<void> {
  const c = message.data;
  await tx.query(
    `insert into connection as known (tenant_id, connection_id, provider, region, account_id, account_name, api_origin, status, changed_at, credential, catch_up_due)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, false)
     on conflict (tenant_id, connection_id) do update set
       account_name = excluded.account_name, api_origin = excluded.api_origin, status = excluded.status, changed_at = excluded.changed_at,
       credential = excluded.credential,
       catch_up_due = known.catch_up_due or known.status <> 'active' or exists (select 1 from forbidden_resource f
         where f.tenant_id = known.tenant_id and f.connection_id = known.connection_id)
     where known.changed_at <= excluded.changed_at`,
    [
      message.tenantId,
      c.connectionId,
      c.provider,
      c.region,
      c.accountId,
      c.accountName,
      c.apiOrigin,
      c.status,
      message.time,
      c.credential,
    ],
  );
  await tx.query(`delete from forbidden_resource where tenant_id = (select this_tenant()) and connection_id = $1`, [
    c.connectionId,
  ]);
}

/**
 * Parks or ends the work of a connection: nothing of it is claimed until it is established again. One that has ended does not
 * become one that waits for a person.
 */
export async function changeConnectionStatus(
  tx: Tx,
  connectionId: string,
  status: EngineConnection['status'],
  at: string,
): Promise<void> {
  await tx.query(
    `update connection set status = $2, changed_at = $3
     where tenant_id = (select this_tenant()) and connection_id = $1 and changed_at <= $3
     and (status <> 'disconnected' or $2 = 'disconnected')`,
    [connectionId, status, at],
  );
}

/**
 * Parks the work of a connection whose call was refused, unless it was connected again since the call began: that event has been
 * heard already, and none would wake the work. Answers whether this parked it.
 */
export async function parkConnection(tx: Tx, connectionId: string, callBegan: string): Promise<boolean> {
  const rows = await tx.query(
    `update connection set status = 'reauthorization_required', changed_at = $2
     where tenant_id = (select this_tenant()) and connection_id = $1 and status = 'active'
       and changed_at <= $2 returning connection_id`,
    [connectionId, callBegan],
  );
  return rows.length > 0;
}

/** Its connection event may be on its way, so a message about it is tried again before it becomes a dead letter. */
export function connectionUnknown(service: string, connectionId: string): AppError {
  const message = `The tenant of this message has no connection ${connectionId} that ${service} knows of.`;
  return new AppError('unavailable', `${service}.connection_unknown`, message, { details: { connectionId } });
}

export async function statusOfConnection(tx: Tx, connectionId: string): Promise<EngineConnection['status'] | null> {
  const [row] = await tx.query<Pick<EngineConnection, 'status'>>(
    'select status from connection where tenant_id = (select this_tenant()) and connection_id = $1',
    [connectionId],
  );
  return row?.status ?? null;
}

export const connectionColumns = `c.tenant_id as "tenantId", c.connection_id as "connectionId", c.provider, c.region,
  c.account_id as "accountId", c.account_name as "accountName", c.api_origin as "apiOrigin", c.status, c.budget`;

export async function findConnection(tx: Tx, connectionId: string): Promise<EngineConnection | null> {
  const [row] = await tx.query<EngineConnection>(
    `select ${connectionColumns} from connection c where c.tenant_id = (select this_tenant()) and c.connection_id = $1`,
    [connectionId],
  );
  return row ?? null;
}

/** Parts a row that has the columns of its connection beside its own. */
export function partConnection<Row extends EngineConnection>(row: Row) {
  const { tenantId, connectionId, provider, region, accountId, accountName, apiOrigin, status, budget, ...own } = row;
  const connection: EngineConnection = {
    tenantId,
    connectionId,
    provider,
    region,
    accountId,
    accountName,
    apiOrigin,
    status,
    budget,
  };
  return { connection, own };
}
