import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { ClaimedPage } from './claim.js';

export interface HeldLeaseOptions {
  readonly database: Database;
  readonly claim: ClaimedPage;
  readonly leaseSeconds: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Keeps a claimed page ours for as long as it takes to read it, by a lease that is short and renewed: what a crash leaves
 * behind is free again within one lease, however long reading may take. The signal is aborted once somebody else has the page.
 */
export class HeldLease {
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private extending: Promise<void> = Promise.resolve();

  constructor(private readonly options: HeldLeaseOptions) {
    this.timer = setInterval(() => {
      this.extending = this.extend();
    }, options.leaseSeconds * 333);
  }

  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /** Belongs before the page is written: an extension under way must not outlive the end of the claim. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.extending;
  }

  private async extend(): Promise<void> {
    const { database, claim, leaseSeconds, onError } = this.options;
    try {
      const rows = await database.inTenant(claim.connection.tenantId, (tx) =>
        tx.query(
          `update run_resource set lease_until = clock_timestamp() + make_interval(secs => $4)
           where tenant_id = (select this_tenant()) and run_id = $1 and resource = $2 and lease_token = $3
             and state = 'fetching' returning resource`,
          [claim.runId, claim.resource, claim.leaseToken, leaseSeconds],
        ),
      );
      if (rows.length === 0) this.lost.abort(takenOver(claim));
    } catch (error) {
      onError(error);
    }
  }
}

function takenOver({ resource }: ClaimedPage): AppError {
  return new AppError('cancelled', 'run.lease_lost', `Another worker has the page of ${resource} now.`);
}
