import type { Tx } from '@firmbridge/database';
import { pairingTable } from './tables.js';

export interface Pairing {
  readonly pairingId: string;
  readonly clioConnectionId: string;
  readonly ghlConnectionId: string;
}

/** `known`: the pairing, or another one of the same two connections, is there already. */
export async function addPairing(tx: Tx, tenantId: string, pairing: Pairing): Promise<'added' | 'known' | 'id_taken'> {
  const { pairingId, clioConnectionId, ghlConnectionId } = pairing;
  const added = await tx.query(
    `insert into pairing (tenant_id, pairing_id, clio_connection_id, ghl_connection_id, created_at)
     values ($1, $2, $3, $4, clock_timestamp()) on conflict do nothing returning pairing_id`,
    [tenantId, pairingId, clioConnectionId, ghlConnectionId],
  );
  if (added.length === 1) return 'added';
  const known = await tx.query(
    'select from pairing where tenant_id = $1 and clio_connection_id = $2 and ghl_connection_id = $3',
    [tenantId, clioConnectionId, ghlConnectionId],
  );
  return known.length === 1 ? 'known' : 'id_taken';
}

export async function findPairings(tx: Tx, tenantId: string): Promise<Pairing[]> {
  const rows = await tx.em.find(pairingTable, { tenantId }, { orderBy: { createdAt: 'asc', pairingId: 'asc' } });
  return rows.map(({ pairingId, clioConnectionId, ghlConnectionId }) => ({
    pairingId,
    clioConnectionId,
    ghlConnectionId,
  }));
}
