import { createHash } from 'node:crypto';
import { AppError } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import type { Page } from '../adapter.js';
import type { ClaimedPage } from './claim.js';

const problem = 'page_repeats';

/**
 * Refuses a page that was there before in this pass: its next address was given out already, so following it would never end, or
 * the same records came under another address, so others were left out. Belongs into the transaction of the page.
 */
export async function refuseRepeatedPage(tx: Tx, claim: ClaimedPage, page: Page): Promise<void> {
  const marks = marksOf(page);
  const news = await tx.query(
    `insert into page_mark (tenant_id, run_id, resource, mark)
     select $1, $2, $3, mark from jsonb_array_elements_text($4::jsonb) as mark on conflict do nothing returning mark`,
    [claim.connection.tenantId, claim.runId, claim.resource, JSON.stringify(marks)],
  );
  if (news.length < marks.length) throw pageRepeats(claim);
}

/** Trying again is no help: the pass can neither end nor be complete. */
export function isRepeatedPage(error: AppError): boolean {
  return error.code.endsWith(`.${problem}`);
}

/** What the pass has seen counts no longer: it begins anew, or is over. */
export async function forgetPages(tx: Tx, runId: string, resource: string | null = null): Promise<void> {
  await tx.query(
    'delete from page_mark where tenant_id = (select this_tenant()) and run_id = $1 and ($2::text is null or resource = $2)',
    [runId, resource],
  );
}

function marksOf({ nextCursor, records }: Page): string[] {
  const ids = records.map(({ recordId }) => recordId);
  // An empty page at the end is nothing unusual.
  const content = ids.length === 0 && nextCursor === null ? [] : [`records ${digest(JSON.stringify(ids))}`];
  return nextCursor === null ? content : [`next ${digest(nextCursor)}`, ...content];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

export function pageRepeats({ connection: { provider }, resource, cursor }: ClaimedPage): AppError {
  const message =
    `${resource}: ${provider} gave a page again that was read before, so reading on would never end or leave records out. ` +
    'Nothing of that page was stored; the next sync reads the resource from its beginning.';
  return new AppError('malformed', `${provider}.${problem}`, message, { details: { firstPage: cursor === null } });
}
