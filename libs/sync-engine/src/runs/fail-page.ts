import { isAppError, messageOf, newMessage, newOrigin, syncMessages, type Actor } from '@firmbridge/contracts';
import { backoffMs } from '../backoff.js';
import { parkConnection } from '../connections.js';
import type { Work } from '../work.js';
import type { ClaimedPage } from './claim.js';
import { finishWhatIsDone } from './finish.js';
import { isRepeatedPage } from './page-guard.js';
import { isExpiredCursor, restartResource } from './restart-resource.js';

export interface PageFailure extends Work {
  readonly claim: ClaimedPage;
  readonly error: unknown;
  readonly calls: number;
  readonly actor: Actor;
  readonly random: () => number;
  readonly maxAttempts: number;
  /** What a person does when the provider refuses the resource for want of a permission. */
  readonly permissionAdvice?: string | undefined;
}

/** What becomes of a page that could not be read. */
export type FailureOutcome = 'retried' | 'restarted' | 'postponed' | 'parked' | 'given-up' | 'released';

export function judgeFailure(error: unknown, attempts: number, maxAttempts: number): FailureOutcome {
  if (isAppError(error)) {
    if (error.kind === 'cancelled') return 'released';
    if (error.kind === 'unauthorized') return 'parked';
    if (error.kind === 'rate_limited') return 'postponed';
    if (!error.retryable || isRepeatedPage(error)) return 'given-up';
  }
  return attempts + 1 >= maxAttempts ? 'given-up' : 'retried';
}

/**
 * Writes down what became of the page: another attempt later; the resource begun anew where its cursor has expired; postponed with its whole run while the budget is spent, which is
 * no attempt; parked until the connection is established again; given up, with
 * the reason on the resource and a problem for a person, while all other resources go on; or released untouched at a shutdown.
 */
export async function failPage(failure: PageFailure): Promise<FailureOutcome> {
  const { tx, claim, error } = failure;
  if (isExpiredCursor(error, claim) && (await restartResource(tx, claim, failure.calls))) return 'restarted';
  const outcome = judgeFailure(error, claim.attempts, failure.maxAttempts);
  const waitMs = waitOf(failure, outcome);
  const reason = isNoAttempt(outcome) ? null : reasonOf(failure);
  const rows = await tx.query(
    `update run_resource set attempts = attempts + $4, reason = $5, calls = calls + $8, lease_until = clock_timestamp(),
       next_attempt_at = clock_timestamp() + make_interval(secs => $6),
       state = case when $7 then 'failed' else state end, finished_at = case when $7 then clock_timestamp() end
     where tenant_id = (select this_tenant()) and run_id = $1 and resource = $2 and lease_token = $3
       and state = 'fetching' returning resource`,
    [
      claim.runId,
      claim.resource,
      claim.leaseToken,
      isNoAttempt(outcome) ? 0 : 1,
      reason,
      waitMs / 1000,
      outcome === 'given-up',
      failure.calls,
    ],
  );
  if (rows.length === 0) {
    await giveBack(tx, claim);
    return 'released';
  }
  if (outcome === 'postponed') await rest(failure, waitMs);
  if (outcome === 'parked') {
    const parked = await parkConnection(tx, claim.connection.connectionId, claim.observedAt);
    if (parked) await raiseProblem(failure);
  }
  if (outcome === 'given-up') {
    if (!isForbidden(error) || (await forbid(failure))) await raiseProblem(failure);
    await finishWhatIsDone(failure, claim.runId);
  }
  return outcome;
}

/** The provider said who may: a permission of our app, or of the person who connected the account, is missing. */
function isForbidden(error: unknown): boolean {
  return isAppError(error) && error.kind === 'forbidden' && typeof error.details['status'] === 'number';
}

function reasonOf({ error, permissionAdvice }: PageFailure): string {
  return isForbidden(error) && permissionAdvice ? `${messageOf(error)} ${permissionAdvice}` : messageOf(error);
}

function codeOf({ error, claim }: PageFailure): string {
  const { provider } = claim.connection;
  if (isForbidden(error)) return `${provider}.permission_missing`;
  return isAppError(error) ? error.code : `${provider}.page_failed`;
}

/** Later runs leave the resource out. Answers whether that is news. */
async function forbid(failure: PageFailure): Promise<boolean> {
  const { tx, claim } = failure;
  const { tenantId, connectionId } = claim.connection;
  const rows = await tx.query(
    `insert into forbidden_resource (tenant_id, connection_id, resource, reason, forbidden_at)
     values ($1, $2, $3, $4, clock_timestamp()) on conflict do nothing returning resource`,
    [tenantId, connectionId, claim.resource, reasonOf(failure)],
  );
  return rows.length > 0;
}

/** The run was ended meanwhile: whoever waits for its last call need not wait for the end of the lease. */
export async function giveBack(tx: Work['tx'], { runId, resource, leaseToken }: ClaimedPage): Promise<void> {
  await tx.query(
    `update run_resource set lease_until = clock_timestamp()
     where tenant_id = (select this_tenant()) and run_id = $1 and resource = $2 and lease_token = $3`,
    [runId, resource, leaseToken],
  );
}

function isNoAttempt(outcome: FailureOutcome): boolean {
  return outcome === 'released' || outcome === 'postponed';
}

/** What one page learned of the budget holds for the others of its run. */
async function rest({ tx, claim }: PageFailure, waitMs: number): Promise<void> {
  await tx.query(
    `update run set rests_until = greatest(rests_until, clock_timestamp() + make_interval(secs => $2))
     where tenant_id = (select this_tenant()) and run_id = $1`,
    [claim.runId, waitMs / 1000],
  );
}

function waitOf({ error, claim, random }: PageFailure, outcome: FailureOutcome): number {
  // Of a connection that was just connected again nothing is parked: its next call need not be this very moment.
  if (outcome === 'parked') return backoffMs(1, random);
  if (outcome !== 'retried' && outcome !== 'postponed') return 0;
  const asked = isAppError(error) ? error.retryAfterMs : undefined;
  return asked ?? backoffMs(claim.attempts + 1, random);
}

async function raiseProblem(failure: PageFailure): Promise<void> {
  const { tx, outbox, service, claim, error, actor, now } = failure;
  const { tenantId, connectionId, provider } = claim.connection;
  const origin = newOrigin({ service, tenantId, now, actor, correlationId: claim.correlationId });
  await outbox.add(tx, [
    newMessage(
      syncMessages.problemRaised,
      {
        service,
        code: codeOf(failure),
        message: `${claim.resource} could not be read: ${reasonOf(failure)}`,
        provider,
        connectionId,
        resource: claim.resource,
        recordId: null,
        runId: claim.runId,
        details: isAppError(error) ? { ...error.details } : {},
      },
      origin,
    ),
  ]);
}
