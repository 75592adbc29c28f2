import { randomUUID } from 'node:crypto';
import { newMessage, newOrigin, syncMessages } from '@firmbridge/contracts';
import type { Work } from '../work.js';
import { brake } from './brake.js';
import type { DeletionScope } from './signals.js';

/** Holds what is sure for a person, with whatever is held of the resource already; the first time somebody is told. */
export async function hold(work: Work, scope: DeletionScope): Promise<number> {
  const { tx } = work;
  const key = [scope.tenantId, scope.connectionId, scope.resource];
  const [held] = await tx.query<{ deletion_id: string; is_new: boolean; fresh: number }>(
    `with sure as (
       select count(*)::int as fresh, min(evidence) as evidence from record_deletion
       where tenant_id = $1 and connection_id = $2 and resource = $3 and state = 'sure'
     ), kept as (
       insert into deletion as known (tenant_id, deletion_id, connection_id, resource, state, evidence, records, run_id, correlation_id,
         noted_at)
       select $1, $4, $2, $3, 'held', evidence, fresh, $5, $6, clock_timestamp() from sure where fresh > 0
       on conflict (tenant_id, connection_id, resource) where state = 'held' do update set records = known.records + excluded.records
       returning deletion_id, deletion_id = $4 as is_new
     )
     select kept.*, sure.fresh from kept, sure`,
    [...key, randomUUID(), scope.runId, scope.correlationId],
  );
  if (!held) return 0;
  await tx.query(
    `update record_deletion set state = 'held', deletion_id = $4
     where tenant_id = $1 and connection_id = $2 and resource = $3 and state = 'sure'`,
    [...key, held.deletion_id],
  );
  if (held.is_new) await tell(work, scope, { ...held, total: await countAll(work, key, held.deletion_id) });
  return held.fresh;
}

/** Whoever decides wants to know of how many; counted once. */
async function countAll({ tx }: Work, key: readonly string[], deletionId: string): Promise<number> {
  const [deletion] = await tx.query<{ of_records: number }>(
    `update deletion set of_records = (select count(*) from record
       where tenant_id = $1 and connection_id = $2 and resource = $3 and deleted_at is null)
     where tenant_id = $1 and deletion_id = $4 returning of_records`,
    [...key, deletionId],
  );
  return deletion?.of_records ?? 0;
}

interface Held {
  readonly deletion_id: string;
  readonly fresh: number;
  readonly total: number;
}

async function tell(
  work: Work,
  scope: DeletionScope,
  { deletion_id: deletionId, fresh: records, total }: Held,
): Promise<void> {
  const { tx, outbox, service, now } = work;
  const { tenantId, connectionId, provider, resource, runId, correlationId } = scope;
  const message =
    `${records} of ${total} records of ${resource} are gone at the provider, more than ${brake.records} or ${brake.percent} % at once. ` +
    'Nothing was deleted here. Look at it under Deletions: approve it, or reject it and keep the records.';
  const problem = {
    service,
    code: `${provider}.deletion_held`,
    message,
    provider,
    connectionId,
    resource,
    recordId: null,
    runId,
    details: { deletionId, records, ofRecords: total },
  };
  const origin = newOrigin({ service, tenantId, now, correlationId });
  await outbox.add(tx, [newMessage(syncMessages.problemRaised, problem, origin)]);
}
