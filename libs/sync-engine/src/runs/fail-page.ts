import { isAppError, messageOf, newMessage, newOrigin, syncMessages, type Actor } from '@firmbridge/contracts';
import { backoffMs } from '../backoff.js';
import { changeConnectionStatus } from '../connections.js';
import type { Work } from '../work.js';
import type { ClaimedPage } from './claim.js';
import { finishWhatIsDone } from './finish.js';

export interface PageFailure extends Work {
  readonly claim: ClaimedPage;
  readonly error: unknown;
  readonly calls: number;
  readonly actor: Actor;
  readonly random: () => number;
  readonly maxAttempts: number;
}

/** What becomes of a page that could not be read. */
export type FailureOutcome = 'retried' | 'parked' | 'given-up' | 'released';

export function judgeFailure(error: unknown, attempts: number, maxAttempts: number): FailureOutcome {
  if (isAppError(error)) {
    if (error.kind === 'cancelled') return 'released';
    if (error.kind === 'unauthorized') return 'parked';
    if (error.kind === 'rate_limited') return 'retried';
    if (!error.retryable) return 'given-up';
  }
  return attempts + 1 >= maxAttempts ? 'given-up' : 'retried';
}

/**
 * Writes down what became of the page: another attempt later; parked until the connection is established again; given up, with
 * the reason on the resource and a problem for a person, while all other resources go on; or released untouched at a shutdown.
 */
export async function failPage(failure: PageFailure): Promise<FailureOutcome> {
  const { tx, claim, error } = failure;
  const outcome = judgeFailure(error, claim.attempts, failure.maxAttempts);
  const waitMs = outcome === 'retried' ? waitOf(failure) : 0;
  const reason = outcome === 'released' ? null : messageOf(error);
  const rows = await tx.query(
    `update run_resource set attempts = attempts + $4, reason = $5, calls = calls + $8, lease_until = clock_timestamp(),
       next_attempt_at = clock_timestamp() + make_interval(secs => $6),
       state = case when $7 then 'failed' else state end, finished_at = case when $7 then clock_timestamp() end
     where run_id = $1 and resource = $2 and lease_token = $3 returning resource`,
    [
      claim.runId,
      claim.resource,
      claim.leaseToken,
      outcome === 'released' ? 0 : 1,
      reason,
      waitMs / 1000,
      outcome === 'given-up',
      failure.calls,
    ],
  );
  if (rows.length === 0) return 'released';
  if (outcome === 'parked') {
    await changeConnectionStatus(
      tx,
      claim.connection.connectionId,
      'reauthorization_required',
      failure.now.toISOString(),
    );
  }
  if (outcome === 'given-up') {
    await raiseProblem(failure);
    await finishWhatIsDone(failure, claim.runId);
  }
  return outcome;
}

function waitOf({ error, claim, random }: PageFailure): number {
  const asked = isAppError(error) ? error.retryAfterMs : undefined;
  return asked ?? backoffMs(claim.attempts + 1, random);
}

async function raiseProblem({ tx, outbox, service, claim, error, actor, now }: PageFailure): Promise<void> {
  const { tenantId, connectionId, provider } = claim.connection;
  const origin = newOrigin({ service, tenantId, now, actor, correlationId: claim.correlationId });
  await outbox.add(tx, [
    newMessage(
      syncMessages.problemRaised,
      {
        service,
        code: isAppError(error) ? error.code : `${provider}.page_failed`,
        message: `${claim.resource} could not be read: ${messageOf(error)}`,
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
