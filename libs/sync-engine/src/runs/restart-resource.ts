import { isAppError } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { ClaimedPage } from './claim.js';
import { forgetPages } from './page-guard.js';

/** A provider whose addresses expire sooner than a pass takes would be read for ever. */
const mostRestarts = 3;

/**
 * The provider took the first page's question and refuses the address it gave itself: the address has expired. A sweep is not
 * begun anew, because only an uninterrupted pass counts: it fails, and the next one looks again.
 */
export function isExpiredCursor(error: unknown, { cursor, mode }: ClaimedPage): boolean {
  return cursor !== null && mode !== 'sweep' && isAppError(error) && error.kind === 'validation';
}

/**
 * Reads the resource from its first page again, with what it asked for unchanged; what is stored already is found unchanged.
 * Answers false when it began anew too often, or when the page is somebody else's by now.
 */
export async function restartResource(tx: Tx, claim: ClaimedPage, calls: number): Promise<boolean> {
  const rows = await tx.query(
    `update run_resource set cursor = null, records = 0, restarts = restarts + 1, attempts = 0, calls = calls + $4,
       lease_until = clock_timestamp(), next_attempt_at = clock_timestamp()
     where tenant_id = (select this_tenant()) and run_id = $1 and resource = $2 and lease_token = $3 and state = 'fetching'
       and restarts < $5 returning resource`,
    [claim.runId, claim.resource, claim.leaseToken, calls, mostRestarts],
  );
  if (rows.length === 0) return false;
  await forgetPages(tx, claim.runId, claim.resource);
  return true;
}
