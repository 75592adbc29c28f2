import type { Agency } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export async function findAgencies(tx: Tx): Promise<Agency[]> {
  return tx.query<Agency>(
    `select a.connection_id as "agencyId", a.account_id as "companyId", a.account_name as name, a.status,
            to_char(a.established_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "establishedAt",
            coalesce((select json_agg(c.connection_id order by c.established_at)
                        from credential k join connection c using (tenant_id, connection_id)
                       where k.tenant_id = a.tenant_id and k.agency_id = a.connection_id and c.status <> 'disconnected'), '[]') as "connectionIds"
       from connection a
      where a.tenant_id = (select this_tenant()) and a.role = 'agency' and a.status <> 'disconnected' order by a.established_at`,
  );
}

/** The names of the accounts whose tokens came by this agency. */
export async function findLocationsOf(tx: Tx, agencyId: string): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `select c.account_name as name from credential k join connection c using (tenant_id, connection_id)
      where k.tenant_id = (select this_tenant()) and k.agency_id = $1 and c.status <> 'disconnected' order by c.established_at`,
    [agencyId],
  );
  return rows.map(({ name }) => name);
}

/** GoHighLevel's ids of the locations of the agency whose own tokens have died. */
export async function findDeadLocations(tx: Tx, agencyId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select c.account_id as id from credential k join connection c using (tenant_id, connection_id)
      where k.tenant_id = (select this_tenant()) and k.agency_id = $1
        and c.status = 'reauthorization_required' order by c.established_at`,
    [agencyId],
  );
  return rows.map(({ id }) => id);
}
