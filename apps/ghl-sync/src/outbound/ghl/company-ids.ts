import { ghlLocationReplySchema, ghlRequest } from '@firmbridge/ghl-api';
import { AppError } from '@firmbridge/contracts';
import type { CallCircumstances, GhlCalls } from './ghl-calls.js';

const mostKept = 5_000;

/** The agency of each location, which its users are listed by. It never changes, so it is asked for once. */
export class CompanyIds {
  private readonly known = new Map<string, string>();

  constructor(private readonly calls: GhlCalls) {}

  async of(circumstances: CallCircumstances): Promise<string> {
    const { connectionId, accountId: locationId } = circumstances.connection;
    const known = this.known.get(connectionId);
    if (known !== undefined) return known;
    const reply = ghlLocationReplySchema.safeParse(
      await this.calls.call(ghlRequest('locations.get', { params: { locationId } }), circumstances),
    );
    const companyId = reply.data?.location.companyId;
    if (!companyId)
      throw new AppError('malformed', 'ghl.location_malformed', 'GHL does not name the location’s agency.');
    if (this.known.size >= mostKept) this.known.clear();
    this.known.set(connectionId, companyId);
    return companyId;
  }
}
