import { Injectable } from '@nestjs/common';
import type { ConnectionStatus, Provider, Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export interface ConnectionChange {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly provider: Provider;
  /** null where the event does not say. */
  readonly region: Region | null;
  readonly status: ConnectionStatus;
  readonly changedAt: string;
}

@Injectable()
export class ConnectionRepository {
  /** Keeps the newest status, whatever the order in which the events arrive. */
  async keep(tx: Tx, change: ConnectionChange): Promise<void> {
    await tx.query(
      `insert into connection as known (tenant_id, connection_id, provider, region, status, changed_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (tenant_id, connection_id) do update set
         region = coalesce(excluded.region, known.region),
         status = case when excluded.changed_at >= known.changed_at then excluded.status else known.status end,
         changed_at = greatest(excluded.changed_at, known.changed_at)`,
      [change.tenantId, change.connectionId, change.provider, change.region, change.status, change.changedAt],
    );
  }

  async regionOf(tx: Tx, tenantId: string, connectionId: string): Promise<Region | null> {
    const [row] = await tx.query<{ region: Region | null }>(
      'select region from connection where tenant_id = $1 and connection_id = $2',
      [tenantId, connectionId],
    );
    return row?.region ?? null;
  }

  async addPairing(
    tx: Tx,
    tenantId: string,
    pairing: { pairingId: string; clioConnectionId: string; ghlConnectionId: string; createdAt: string },
  ): Promise<void> {
    await tx.query(
      `insert into pairing (tenant_id, pairing_id, clio_connection_id, ghl_connection_id, created_at)
       values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [tenantId, pairing.pairingId, pairing.clioConnectionId, pairing.ghlConnectionId, pairing.createdAt],
    );
  }

  /** The GHL connections that are kept in step with a Clio connection; work for one that lost its grant waits in ghl-sync. */
  async pairedWith(tx: Tx, tenantId: string, clioConnectionId: string): Promise<string[]> {
    const rows = await tx.query<{ ghl_connection_id: string }>(
      `select distinct p.ghl_connection_id
       from pairing p
       left join connection g on g.tenant_id = p.tenant_id and g.connection_id = p.ghl_connection_id
       where p.tenant_id = $1 and p.clio_connection_id = $2 and g.status is distinct from 'disconnected'
       order by 1`,
      [tenantId, clioConnectionId],
    );
    return rows.map((row) => row.ghl_connection_id);
  }
}
