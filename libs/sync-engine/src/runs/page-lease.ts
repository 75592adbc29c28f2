import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { Lease } from '../lease.js';
import type { ClaimedPage } from './claim.js';

export interface PageLeaseOptions {
  readonly database: Database;
  readonly claim: ClaimedPage;
  readonly leaseSeconds: number;
  readonly onError: (error: unknown) => void;
}

/** Of a claimed page, while it is read. */
export function pageLease({ database, claim, leaseSeconds, onError }: PageLeaseOptions): Lease {
  const extend = async () => {
    const rows = await database.inTenant(claim.connection.tenantId, (tx) =>
      tx.query(
        `update run_resource set lease_until = clock_timestamp() + make_interval(secs => $4)
         where tenant_id = (select this_tenant()) and run_id = $1 and resource = $2 and lease_token = $3
           and state = 'fetching' returning resource`,
        [claim.runId, claim.resource, claim.leaseToken, leaseSeconds],
      ),
    );
    return rows.length > 0;
  };
  const lost = () =>
    new AppError('cancelled', 'run.lease_lost', `Another worker has the page of ${claim.resource} now.`);
  return new Lease({ seconds: leaseSeconds, extend, lost, onError });
}
