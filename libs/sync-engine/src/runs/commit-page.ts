import {
  mappingMessages,
  newMessage,
  newOrigin,
  uncheckedMessage,
  syncMessages,
  type Actor,
  type ChangedRecord,
  type MessageOrigin,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import { isBad, type BadRecord, type GoodRecord, type Page } from '../adapter.js';
import { splitIntoCommands } from '../chunks.js';
import { causeOfMode, mappingLaneOf } from '../lanes.js';
import type { Work } from '../work.js';
import type { ClaimedPage } from './claim.js';
import { giveBack } from './fail-page.js';
import { finishWhatIsDone } from './finish.js';
import { storeRecords } from './store-page.js';
import { readStoredPage } from './stored-page.js';

export interface PageWork extends Work {
  readonly claim: ClaimedPage;
  readonly actor: Actor;
}

export type NoteChanged = (tx: Work['tx'], claim: ClaimedPage, changed: readonly ChangedRecord[]) => Promise<void>;

export interface PageCommit extends PageWork {
  readonly page: Page;
  readonly calls: number;
  readonly noteChanged?: NoteChanged | undefined;
}

/**
 * One page, one transaction: the fence is checked, records are upserted, the changed ones go to mapping by the outbox and the
 * checkpoint moves. A crash before the commit repeats the page; after it, nothing is repeated. Answers false when the lease was
 * lost meanwhile: somebody else has the page, and nothing is written.
 */
export async function commitPage(commit: PageCommit): Promise<boolean> {
  const { tx, claim, page, calls } = commit;
  if (!(await holdsLease(tx, claim))) return false;
  const bad = page.records.filter(isBad);
  const good = page.records.filter((record): record is GoodRecord => !isBad(record));
  const changed = await storeRecords(tx, { ...claim, ...claim.connection }, good);
  await commit.noteChanged?.(tx, claim, changed);
  await setAside(commit, bad);
  await handOver(commit, {
    changed,
    bad,
    records: page.records.length,
    calls,
    nextCursor: page.nextCursor,
    expected: page.expected,
  });
  return true;
}

/**
 * The same for a page of stored records, which go to mapping as they are with the revisions they have: nothing is asked of the
 * provider and nothing is stored. What changes meanwhile reaches mapping by itself, and the older copy is stale there.
 */
export async function commitStoredPage(work: PageWork): Promise<boolean> {
  const { tx, claim } = work;
  if (!(await holdsLease(tx, claim))) return false;
  const { records, nextCursor, expected } = await readStoredPage(tx, claim);
  await handOver(work, { changed: records, bad: [], records: records.length, calls: 0, nextCursor, expected });
  return true;
}

interface ReadyPage extends Pick<Page, 'nextCursor' | 'expected'> {
  readonly changed: readonly ChangedRecord[];
  readonly bad: readonly BadRecord[];
  readonly records: number;
  readonly calls: number;
}

export async function handOver(work: PageWork, page: ReadyPage): Promise<void> {
  const parts = splitIntoCommands(page.changed);
  await work.outbox.add(work.tx, [
    ...parts.map((records) => commandOf(work, records)),
    ...page.bad.map((record) => problemOf(work, record)),
  ]);
  await moveCheckpoint(work, page, parts.length);
  if (page.nextCursor === null) await finishWhatIsDone(work, work.claim.runId);
}

function commandOf(work: PageWork, records: readonly ChangedRecord[]): OutgoingMessage {
  const { resource, runId, mode, lane, connection } = work.claim;
  const { tenantId, connectionId, provider } = connection;
  return uncheckedMessage(
    mappingMessages.normalizeRecords,
    { connectionId, provider, resource, runId, cause: causeOfMode[mode], records },
    originOf(work),
    { lane: mappingLaneOf(mode, lane), orderingKey: `${tenantId}/${connectionId}/${resource}` },
  );
}

/** Locks the resource's row: nobody else commits a page of it meanwhile. */
export async function holdsLease(tx: Work['tx'], claim: ClaimedPage): Promise<boolean> {
  const [row] = await tx.query<{ state: string }>(
    `select state from run_resource
     where tenant_id = (select this_tenant()) and run_id = $1 and resource = $2 and lease_token = $3 for update`,
    [claim.runId, claim.resource, claim.leaseToken],
  );
  if (row !== undefined && row.state !== 'fetching') await giveBack(tx, claim);
  return row?.state === 'fetching';
}

function originOf({ service, claim, actor, now }: PageWork): MessageOrigin {
  return newOrigin({ service, tenantId: claim.connection.tenantId, now, actor, correlationId: claim.correlationId });
}

async function setAside(commit: PageWork, bad: readonly BadRecord[]): Promise<void> {
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

function problemOf(commit: PageWork, record: BadRecord): OutgoingMessage {
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

async function moveCheckpoint({ tx, claim }: PageWork, page: ReadyPage, commands: number): Promise<void> {
  await tx.query(
    `update run_resource set cursor = $4, state = case when $4::text is null then 'applying' else 'fetching' end,
       pages = pages + 1, calls = calls + $5, records = records + $6, changed = changed + $7, sent_commands = sent_commands + $8,
       rejected = rejected + $9, expected = coalesce($10, expected), attempts = 0, lease_until = clock_timestamp(), reason = null
     where tenant_id = (select this_tenant()) and run_id = $1 and resource = $2 and lease_token = $3`,
    [
      claim.runId,
      claim.resource,
      claim.leaseToken,
      page.nextCursor,
      page.calls,
      page.records,
      page.changed.length,
      commands,
      page.bad.length,
      page.expected,
    ],
  );
}
