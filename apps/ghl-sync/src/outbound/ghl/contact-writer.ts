import { ghlRequest, updateContactSchema, upsertContactSchema } from '@firmbridge/ghl-api';
import { syncMessages, type DataOf } from '@firmbridge/contracts';
import { longestBudgetWaitMs, type ClaimedWrite, type WriteEnd, type WriteExecutor } from '@firmbridge/sync-engine';
import type { GhlCalls } from './ghl-calls.js';
import { endOf } from './record-writer.js';

type Fields = DataOf<typeof syncMessages.upsertGhlContact>['fields'];

/**
 * Brings a GHL contact to the values of our entity: by id when the link is known, else by GHL's own upsert, which finds a
 * contact of the same e-mail or phone. Both are harmless to repeat.
 */
export class ContactWriter implements WriteExecutor {
  readonly resource = 'contacts';
  readonly entityType = 'contact';

  constructor(private readonly calls: GhlCalls) {}

  async execute(write: ClaimedWrite, signal: AbortSignal): Promise<WriteEnd> {
    const { fields, ghlContactId } = syncMessages.upsertGhlContact.data.parse(write.payload);
    const { connection, correlationId } = write;
    const request =
      ghlContactId === null ? upsertRequest(connection.accountId, fields) : updateRequest(ghlContactId, fields);
    const body = await this.calls.call(request, {
      ...{ connection, lane: write.lane, correlationId, signal },
      ...{ longestBudgetWaitMs, patienceMs: longestBudgetWaitMs },
    });
    return endOf('contacts', body);
  }
}

function upsertRequest(locationId: string, fields: Fields) {
  return ghlRequest('contacts.upsert', { body: upsertContactSchema.parse({ ...present(fields), locationId }) });
}

/** GHL refuses a company name in an update. */
function updateRequest(contactId: string, { companyName: _companyName, ...fields }: Fields) {
  return ghlRequest('contacts.update', { params: { contactId }, body: updateContactSchema.parse(present(fields)) });
}

/** What we do not know stays as it is on the other side. */
function present(fields: Partial<Fields>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
