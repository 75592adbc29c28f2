import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { Lease } from '../lease.js';
import type { ClaimedWrite } from './write-task.js';

export interface WriteLeaseOptions {
  readonly database: Database;
  readonly write: ClaimedWrite;
  readonly leaseSeconds: number;
  readonly onError: (error: unknown) => void;
}

/** Of a claimed write, however long it waits for budget. */
export function writeLease({ database, write, leaseSeconds, onError }: WriteLeaseOptions): Lease {
  const extend = async () => {
    const rows = await database.inTenant(write.connection.tenantId, (tx) =>
      tx.query(
        `update write_task set lease_until = clock_timestamp() + make_interval(secs => $3)
         where tenant_id = (select this_tenant()) and task_id = $1 and lease_token = $2 and state = 'started' returning task_id`,
        [write.taskId, write.leaseToken, leaseSeconds],
      ),
    );
    return rows.length > 0;
  };
  const lost = () => new AppError('cancelled', 'write.lease_lost', 'Another worker has this write now.');
  return new Lease({ seconds: leaseSeconds, extend, lost, onError });
}
