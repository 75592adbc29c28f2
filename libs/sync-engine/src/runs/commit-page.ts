import {
  mappingMessages,
  newMessage,
  newOrigin,
  uncheckedMessage,
  syncMessages,
  type Actor,
  type MessageOrigin,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import { isBad, type BadRecord, type GoodRecord, type Page } from '../adapter.js';
import { splitIntoCommands } from '../chunks.js';
import { causeOfMode, mappingLaneOfMode } from '../lanes.js';
import type { Work } from '../work.js';
import type { ClaimedPage } from './claim.js';
import { finishWhatIsDone } from './finish.js';
import { storeRecords } from './store-page.js';

export interface PageCommit extends Work {
  readonly claim: ClaimedPage;
  readonly page: Page;
  readonly calls: number;
  readonly actor: Actor;
}

/**
 * One page, one transaction: the fence is checked, records are upserted, the changed ones go to mapping by the outbox and the
 * checkpoint moves. A crash before the commit repeats the page; after it, nothing is repeated. Answers false when the lease was
 * lost meanwhile: somebody else has the page, and nothing is written.
 */
export async function commitPage(commit: PageCommit): Promise<boolean> {
  const { tx, claim, page } = commit;
  if (!(await holdsLease(tx, claim))) return false;
  const bad = page.records.filter(isBad);
  const good = page.records.filter((record): record is GoodRecord => !isBad(record));
  const changed = await storeRecords(tx, claim, good);
  const parts = splitIntoCommands(changed);
  await setAside(commit, bad);
  await commit.outbox.add(tx, [
    ...parts.map((records) =>
      uncheckedMessage(
        mappingMessages.normalizeRecords,
        {
          connectionId: claim.connection.connectionId,
          provider: claim.connection.provider,
          resource: claim.resource,
          runId: claim.runId,
          cause: causeOfMode[claim.mode],
          records,
        },
        originOf(commit),
        {
          lane: mappingLaneOfMode[claim.mode],
          orderingKey: `${claim.connection.tenantId}/${claim.connection.connectionId}/${claim.resource}`,
        },
      ),
    ),
    ...bad.map((record) => problemOf(commit, record)),
  ]);
  await moveCheckpoint(commit, { changed: changed.length, commands: parts.length, rejected: bad.length });
  if (page.nextCursor === null) await finishWhatIsDone(commit, claim.runId);
  return true;
}

async function holdsLease(tx: Work['tx'], claim: ClaimedPage): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from run_resource where run_id = $1 and resource = $2 and lease_token = $3 and state = 'fetching' for update`,
    [claim.runId, claim.resource, claim.leaseToken],
  );
  return rows.length === 1;
}

function originOf({ service, claim, actor, now }: PageCommit): MessageOrigin {
  return newOrigin({ service, tenantId: claim.connection.tenantId, now, actor, correlationId: claim.correlationId });
}

async function setAside(commit: PageCommit, bad: readonly BadRecord[]): Promise<void> {
  if (bad.length === 0) return;
  const { claim } = commit;
  await commit.tx.query(
    `insert into rejected_record (tenant_id, rejected_record_id, connection_id, run_id, resource, record_id, reason, rejected_at)
     select $1, gen_random_uuid(), $2, $3, $4, x.record_id, x.reason, clock_timestamp()
     from jsonb_to_recordset($5::jsonb) as x(record_id text, reason text)`,
    [
      claim.connection.tenantId,
      claim.connection.connectionId,
      claim.runId,
      claim.resource,
      JSON.stringify(bad.map((record) => ({ record_id: record.recordId, reason: record.reason }))),
    ],
  );
}

function problemOf(commit: PageCommit, record: BadRecord): OutgoingMessage {
  const { claim } = commit;
  return newMessage(
    syncMessages.problemRaised,
    {
      service: commit.service,
      code: `${claim.connection.provider}.record_malformed`,
      message: `A record of ${claim.resource} was set aside: ${record.reason}`,
      provider: claim.connection.provider,
      connectionId: claim.connection.connectionId,
      resource: claim.resource,
      recordId: record.recordId,
      runId: claim.runId,
      details: {},
    },
    originOf(commit),
  );
}

interface Counts {
  readonly changed: number;
  readonly commands: number;
  readonly rejected: number;
}

async function moveCheckpoint({ tx, claim, page, calls }: PageCommit, counts: Counts): Promise<void> {
  await tx.query(
    `update run_resource set cursor = $4, state = case when $4::text is null then 'applying' else 'fetching' end,
       pages = pages + 1, calls = calls + $5, records = records + $6, changed = changed + $7, sent_commands = sent_commands + $8,
       rejected = rejected + $9, expected = coalesce($10, expected), attempts = 0, lease_until = clock_timestamp(), reason = null
     where run_id = $1 and resource = $2 and lease_token = $3`,
    [
      claim.runId,
      claim.resource,
      claim.leaseToken,
      page.nextCursor,
      calls,
      page.records.length,
      counts.changed,
      counts.commands,
      counts.rejected,
      page.expected,
    ],
  );
}
