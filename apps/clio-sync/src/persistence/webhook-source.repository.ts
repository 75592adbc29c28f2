import type { Database, Tx } from '@firmbridge/database';

/** What the receiver needs of a subscription. */
export interface SourceRow {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly subscriptionId: string;
  readonly resource: string;
  readonly isProved: boolean;
  readonly secret: string | null;
  readonly previousSecret: string | null;
}

export function findSource(database: Database, pathId: string): Promise<SourceRow | null> {
  return database.acrossTenants(async (tx) => {
    const [row] = await tx.query<SourceRow>(
      `select s.tenant_id as "tenantId", s.connection_id as "connectionId", s.subscription_id as "subscriptionId", s.resource,
         s.activated_at is not null as "isProved", s.secret,
         case when s.previous_until > clock_timestamp() then s.previous_secret end as "previousSecret"
       from webhook_subscription s join connection c on c.tenant_id = s.tenant_id and c.connection_id = s.connection_id and c.status <> 'disconnected'
       where s.path_id = $1 and s.state <> 'deleted'`,
      [pathId],
    );
    return row ?? null;
  });
}

/** Of several secrets that are offered while none is proved the last one counts; Clio's own word decides later. */
export async function offerSecret(tx: Tx, subscriptionId: string, sealedSecret: string): Promise<boolean> {
  const rows = await tx.query(
    `update webhook_subscription set secret = $2
     where tenant_id = (select this_tenant()) and subscription_id = $1 and state = 'pending' and activated_at is null returning 1`,
    [subscriptionId, sealedSecret],
  );
  return rows.length > 0;
}
