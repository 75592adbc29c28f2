import type { Provider } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { WorkLoop } from '../work-loop.js';
import type { Work } from '../work.js';
import { deleteNext } from './delete-records.js';
import { forgetOld } from './forget-old.js';
import { restoreNext } from './restore-records.js';

export interface DeletionWorkerOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly service: string;
  readonly clock: () => Date;
  readonly log: { error(details: object, message: string): void };
  readonly pollMs: number;
}

interface DecidedRow {
  readonly tenantId: string;
  readonly deletionId: string;
}

interface DeletionRow {
  readonly connectionId: string;
  readonly provider: Provider;
  readonly resource: string;
  readonly state: 'approved' | 'undoing';
  readonly correlationId: string;
  readonly runId: string | null;
}

/**
 * Carries out what people decided, so many records a transaction: after a crash it goes on where it was. When nothing is to be
 * carried out it clears what is too old to be brought back.
 */
export class DeletionWorker {
  private readonly loop: WorkLoop;

  constructor(private readonly options: DeletionWorkerOptions) {
    const { pollMs, log } = options;
    this.loop = new WorkLoop({
      concurrency: 1,
      pollMs,
      work: async () => (await this.carryOutNext()) || (await forgetOld(options.database)),
      onError: (error) => log.error({ err: error }, 'decided deletions could not be carried out; it is tried again'),
    });
  }

  start(): void {
    this.loop.start();
  }

  wake(): void {
    this.loop.wake();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async carryOutNext(): Promise<boolean> {
    const { database, outbox, service, clock } = this.options;
    const [next] = await database.acrossTenants((tx) =>
      tx.query<DecidedRow>(
        `select tenant_id as "tenantId", deletion_id as "deletionId" from deletion where state in ('approved', 'undoing')
         order by coalesce(decided_at, noted_at) limit 1`,
      ),
    );
    if (!next) return false;
    await database.inTenant(next.tenantId, (tx) => carryOut({ tx, outbox, service, now: clock() }, next));
    return true;
  }
}

async function carryOut(work: Work, { tenantId, deletionId }: DecidedRow): Promise<void> {
  const { tx } = work;
  const [deletion] = await tx.query<DeletionRow>(
    `select d.connection_id as "connectionId", c.provider, d.resource, d.state, d.correlation_id as "correlationId",
       d.run_id as "runId" from deletion d join connection c on c.tenant_id = d.tenant_id and c.connection_id = d.connection_id
     where d.tenant_id = $1 and d.deletion_id = $2 and d.state in ('approved', 'undoing')`,
    [tenantId, deletionId],
  );
  if (!deletion) return;
  const scope = { ...deletion, tenantId, deletionId };
  const count =
    deletion.state === 'approved'
      ? await deleteNext(work, { ...scope, state: 'held' })
      : await restoreNext(work, scope);
  if (count > 0) return;
  await tx.query(
    `update deletion d set state = case when d.state = 'approved' or exists (select 1 from record_deletion r
       where r.tenant_id = d.tenant_id and r.deletion_id = d.deletion_id and r.state = 'deleted') then 'deleted' else 'undone' end
     where d.tenant_id = $1 and d.deletion_id = $2 and d.state = $3`,
    [tenantId, deletionId, deletion.state],
  );
}
