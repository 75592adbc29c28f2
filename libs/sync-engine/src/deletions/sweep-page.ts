import { AppError } from '@firmbridge/contracts';
import type { IdPage } from '../adapter.js';
import { handOver, holdsLease, type PageWork } from '../runs/commit-page.js';
import { markGone, oneAtATime, settle } from './note-deletions.js';
import { noteSeen } from './note-seen.js';
import type { DeletionScope } from './signals.js';
import { isProof, whyIncomplete, type IdOrder } from './sweep-completeness.js';

export interface SweepCommit extends PageWork {
  readonly page: IdPage;
  readonly calls: number;
  readonly order: IdOrder;
  /** How far the list may be behind: what is younger is not missed in it. */
  readonly indexLagMs: number;
}

/**
 * One page of ids, one transaction: the ids are kept and the checkpoint moves, as with any page. With the last one, and only when
 * the pass is provably complete, known records that no page had are gone. Whatever is wrong with a page or with the whole throws:
 * the page is read again, and a sweep that fails in the end has deleted nothing.
 */
export async function commitSweepPage(commit: SweepCommit): Promise<boolean> {
  const { tx, claim, page, calls } = commit;
  if (!(await holdsLease(tx, claim))) return false;
  await keepSeen(commit);
  const scope = scopeOf(commit);
  await noteSeen(tx, scope, page.ids);
  if (page.nextCursor === null) await judgeAbsent(commit, scope);
  else if (page.expected === null && !page.isFull) throw incomplete(commit, 'a page in the middle is not full');
  await handOver(commit, { ...page, changed: [], bad: [], records: page.ids.length, calls });
  return true;
}

/** No id comes twice in a pass: a page that has one of those before was given twice, and another may be missing for it. */
async function keepSeen(commit: SweepCommit): Promise<void> {
  const { tx, claim, page } = commit;
  const kept = await tx.query(
    `insert into sweep_seen (tenant_id, run_id, resource, record_id)
     select $1, $2, $3, x.id from unnest($4::text[]) as x(id) on conflict do nothing returning 1`,
    [claim.connection.tenantId, claim.runId, claim.resource, page.ids],
  );
  if (kept.length < page.ids.length) throw incomplete(commit, 'records were listed twice');
}

async function judgeAbsent(commit: SweepCommit, scope: DeletionScope): Promise<void> {
  const { tx, claim, page, order, indexLagMs } = commit;
  const [before] = await tx.query<{ records: number; pages: number; expected: number | null }>(
    `select records, pages, expected from run_resource where tenant_id = (select this_tenant()) and run_id = $1 and resource = $2`,
    [claim.runId, claim.resource],
  );
  const { records = 0, pages = 0, expected = null } = before ?? {};
  const totals = {
    seen: records + page.ids.length,
    expected: page.expected ?? expected,
    pages: pages + 1,
    isLastPageFull: page.isFull,
    order,
  };
  const reason = whyIncomplete(totals);
  if (reason !== null) throw incomplete(commit, reason);
  await oneAtATime(tx, scope);
  await tx.query(
    `with gone as (
       select r.record_id, 'absent_from_sweep' as evidence, $6::boolean as sure from record r
       where r.tenant_id = $1 and r.connection_id = $2 and r.resource = $3 and r.deleted_at is null
         and r.observed_at < (select started_at - make_interval(secs => $7::float8 / 1000) from run_resource
           where tenant_id = $1 and run_id = $5 and resource = $3)
         and not exists (select 1 from sweep_seen s
           where s.tenant_id = $1 and s.run_id = $5 and s.resource = $3 and s.record_id = r.record_id)
       order by r.record_id for update of r
     ) ${markGone}`,
    [scope.tenantId, scope.connectionId, scope.resource, scope.observedAt, claim.runId, isProof(totals), indexLagMs],
  );
  await settle(commit, scope);
}

function scopeOf({ claim }: SweepCommit): DeletionScope {
  const { tenantId, connectionId, provider } = claim.connection;
  const { resource, observedAt, correlationId, runId } = claim;
  return { tenantId, connectionId, provider, resource, observedAt, correlationId, runId };
}

function incomplete({ claim }: SweepCommit, reason: string): AppError {
  const { resource, connection } = claim;
  const message = `The sweep of ${resource} is not complete, so nothing was deleted: ${reason}.`;
  return new AppError('malformed', `${connection.provider}.sweep_incomplete`, message);
}
