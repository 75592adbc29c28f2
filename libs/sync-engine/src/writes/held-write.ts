import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { ClaimedWrite } from './write-task.js';

export interface HeldWriteOptions {
  readonly database: Database;
  readonly write: ClaimedWrite;
  readonly leaseSeconds: number;
  readonly onError: (error: unknown) => void;
}

/** Keeps a claimed write ours however long it waits for budget. The signal is aborted once somebody else has it. */
export class HeldWrite {
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private extending: Promise<void> = Promise.resolve();

  constructor(private readonly options: HeldWriteOptions) {
    this.timer = setInterval(() => {
      this.extending = this.extend();
    }, options.leaseSeconds * 333);
  }

  get signal(): AbortSignal {
    return this.lost.signal;
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.extending;
  }

  private async extend(): Promise<void> {
    const { database, write, leaseSeconds, onError } = this.options;
    try {
      const rows = await database.inTenant(write.connection.tenantId, (tx) =>
        tx.query(
          `update write_task set lease_until = clock_timestamp() + make_interval(secs => $3)
           where tenant_id = (select this_tenant()) and task_id = $1 and lease_token = $2 and state = 'started' returning task_id`,
          [write.taskId, write.leaseToken, leaseSeconds],
        ),
      );
      if (rows.length > 0) return;
      this.lost.abort(new AppError('cancelled', 'write.lease_lost', 'Another worker has this write now.'));
    } catch (error) {
      onError(error);
    }
  }
}
