import { ghlContactReplySchema, ghlRequest, updateContactSchema, upsertContactSchema } from '@firmbridge/ghl-api';
import { AppError, syncMessages, type DataOf } from '@firmbridge/contracts';
import type { BudgetPolicy } from '@firmbridge/rate-limit';
import type { ProviderClient } from '@firmbridge/provider-client';
import type { AccessTokens, ClaimedWrite, WriteExecutor, WriteResult } from '@firmbridge/sync-engine';

type Fields = DataOf<typeof syncMessages.upsertGhlContact>['fields'];

/**
 * Brings a GHL contact to the values of our entity: by id when the link is known, else by GHL's own upsert, which finds a
 * contact of the same e-mail or phone. Both are harmless to repeat.
 */
export class ContactWriter implements WriteExecutor {
  readonly isRepeatable = true;
  readonly resource = 'contacts';
  readonly entityType = 'contact';

  constructor(
    private readonly client: ProviderClient,
    private readonly tokens: AccessTokens,
    private readonly policy: BudgetPolicy,
  ) {}

  async execute(write: ClaimedWrite, signal: AbortSignal): Promise<WriteResult> {
    const { fields, ghlContactId } = syncMessages.upsertGhlContact.data.parse(write.payload);
    const { connection, correlationId } = write;
    const request =
      ghlContactId === null ? upsertRequest(connection.accountId, fields) : updateRequest(ghlContactId, fields);
    const { body } = await this.client.call(
      { ...connection, budgetKey: `ghl/${connection.connectionId}`, policy: this.policy },
      this.tokens.for(connection.tenantId, connection.connectionId, correlationId),
      {
        operation: `ghl.${request.operation}`,
        method: request.method,
        pathOrUrl: request.path,
        headers: request.headers,
        body: request.body,
        lane: 'incremental',
        correlationId,
        signal,
      },
    );
    const reply = ghlContactReplySchema.safeParse(body);
    if (!reply.success)
      throw new AppError('malformed', 'ghl.reply_malformed', 'GHL answered the contact write without a contact.');
    return { resource: this.resource, entityType: this.entityType, recordId: reply.data.contact.id };
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
