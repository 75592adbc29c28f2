import type { Provider, Region } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { SealPlace } from '@firmbridge/vault';

export interface AppPlace {
  readonly provider: Provider;
  readonly region: Region;
}

/** An app that was set by hand; its secret is sealed. */
export interface StoredApp extends AppPlace {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly versionId: string | null;
  readonly changedAt: string;
  readonly changedBy: string;
}

export function placeOfSecret({ provider, region }: AppPlace): SealPlace {
  return { table: 'provider_app', column: 'client_secret', row: `${provider}/${region}` };
}

const columns = `provider, region, client_id as "clientId", client_secret as "clientSecret", version_id as "versionId",
  to_char(changed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "changedAt", changed_by as "changedBy"`;

export async function findProviderApps(tx: Tx): Promise<StoredApp[]> {
  return tx.query<StoredApp>(`select ${columns} from provider_app`);
}

export async function findProviderApp(tx: Tx, { provider, region }: AppPlace): Promise<StoredApp | null> {
  const rows = await tx.query<StoredApp>(`select ${columns} from provider_app where provider = $1 and region = $2`, [
    provider,
    region,
  ]);
  return rows[0] ?? null;
}

export async function saveProviderApp(tx: Tx, app: Omit<StoredApp, 'changedAt'>): Promise<void> {
  await tx.query(
    `insert into provider_app (provider, region, client_id, client_secret, version_id, changed_at, changed_by)
     values ($1, $2, $3, $4, $5, clock_timestamp(), $6)
     on conflict (provider, region) do update set
       client_id = excluded.client_id, client_secret = excluded.client_secret, version_id = excluded.version_id,
       changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    [app.provider, app.region, app.clientId, app.clientSecret, app.versionId, app.changedBy],
  );
}

export async function deleteProviderApp(tx: Tx, { provider, region }: AppPlace): Promise<void> {
  await tx.query('delete from provider_app where provider = $1 and region = $2', [provider, region]);
}

/** Connections of each place that have tokens of our app; of one tenant, or of all. */
export async function countConnectionsByApp(
  tx: Tx,
  tenantId: string | null,
): Promise<(AppPlace & { readonly count: number })[]> {
  return tx.query(
    `select provider, region, count(*)::int as count from connection
      where ($1::uuid is null or tenant_id = $1) and credential = 'oauth' and status <> 'disconnected'
      group by provider, region`,
    [tenantId],
  );
}
