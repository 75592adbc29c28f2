import { ghlListRequest, type GhlListOptions, type GhlListPage, type GhlResource } from '@firmbridge/ghl-api';
import { isAppError } from '@firmbridge/contracts';
import { CompanyIds } from './company-ids.js';
import { readGhlPage } from './ghl-answers.js';
import type { CallCircumstances, GhlCalls } from './ghl-calls.js';
import { pageSizeOf } from './synced-resources.js';

export interface ListPlace {
  readonly cursor?: string | null;
  readonly since?: Date | null;
  readonly contactId?: string;
}

/** Reads one page of any list. */
export class GhlLists {
  private readonly companyIds: CompanyIds;

  constructor(private readonly calls: GhlCalls) {
    this.companyIds = new CompanyIds(calls);
  }

  async read(circumstances: CallCircumstances, resource: GhlResource, place: ListPlace = {}): Promise<GhlListPage> {
    const { cursor, since, contactId } = place;
    const options: GhlListOptions = {
      locationId: circumstances.connection.accountId,
      pageSize: pageSizeOf(resource),
      ...(resource.list === 'users.search' && { companyId: await this.companyIds.of(circumstances) }),
      ...(contactId !== undefined && { contactId }),
      ...(since && { changedSince: since }),
      ...(typeof cursor === 'string' && { cursor }),
    };
    return readGhlPage(resource, options, await this.calls.call(ghlListRequest(resource, options), circumstances));
  }
}

export function isGone(error: unknown): boolean {
  return isAppError(error) && error.kind === 'not_found';
}
