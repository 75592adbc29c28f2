import { Injectable } from '@nestjs/common';
import type { ConnectionStatus, MatchThresholds, Provider, Region } from '@firmbridge/contracts';
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

/** The other side of a pairing, and how certain a match must be. */
export interface Counterpart {
  readonly connectionId: string;
  readonly auto: number;
  readonly review: number;
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

  async isKnown(tx: Tx, tenantId: string, connectionId: string): Promise<boolean> {
    const rows = await tx.query('select 1 from connection where tenant_id = $1 and connection_id = $2', [
      tenantId,
      connectionId,
    ]);
    return rows.length > 0;
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

  /** The accounts that are kept in step with this one, whichever provider it is of; not those that were disconnected. */
  async partnersOf(tx: Tx, tenantId: string, connectionId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select distinct c.connection_id as id from pairing p
       join connection c on c.tenant_id = p.tenant_id and c.connection_id <> $2
         and c.connection_id in (p.clio_connection_id, p.ghl_connection_id)
       where p.tenant_id = $1 and $2 in (p.clio_connection_id, p.ghl_connection_id) and c.status <> 'disconnected'
       order by 1`,
      [tenantId, connectionId],
    );
    return rows.map(({ id }) => id);
  }

  /** The accounts whose contacts may be those of this one, whichever provider it is of. */
  async counterpartsOf(tx: Tx, tenantId: string, connectionId: string): Promise<Counterpart[]> {
    return tx.query<Counterpart>(
      `select distinct on (1) case when clio_connection_id = $2 then ghl_connection_id else clio_connection_id end
           as "connectionId", match_auto as auto, match_review as review
       from pairing where tenant_id = $1 and $2 in (clio_connection_id, ghl_connection_id)
       order by 1, created_at desc`,
      [tenantId, connectionId],
    );
  }

  async thresholdsOf(tx: Tx, tenantId: string, pairingId: string): Promise<MatchThresholds | null> {
    const [row] = await tx.query<MatchThresholds>(
      `select pairing_id as "pairingId", match_auto as auto, match_review as review
       from pairing where tenant_id = $1 and pairing_id = $2`,
      [tenantId, pairingId],
    );
    return row ?? null;
  }

  async setThresholds(tx: Tx, tenantId: string, { pairingId, auto, review }: MatchThresholds): Promise<void> {
    await tx.query('update pairing set match_auto = $3, match_review = $4 where tenant_id = $1 and pairing_id = $2', [
      tenantId,
      pairingId,
      auto,
      review,
    ]);
  }
}
