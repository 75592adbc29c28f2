import { createContactSchema, ghlRequest, updateContactSchema, type GhlRequest } from '@firmbridge/ghl-api';
import { AppError, isAppError, syncMessages, type DataOf } from '@firmbridge/contracts';
import {
  longestBudgetWaitMs,
  type AfterUnclear,
  type ClaimedWrite,
  type Look,
  type WriteEnd,
  type WriteExecutor,
} from '@firmbridge/sync-engine';
import { z } from 'zod';
import type { GhlCalls } from './ghl-calls.js';
import { endOf, malformed, mayHaveWritten } from './record-writer.js';
import { says } from './spelling.js';

type Fields = DataOf<typeof syncMessages.upsertGhlContact>['fields'];

const found = z.looseObject({ contact: z.looseObject({ id: z.string() }).nullable() });
const duplicateDetails = z.looseObject({ duplicate: z.looseObject({ of: z.literal('contact'), id: z.string() }) });

/**
 * Makes a GHL contact of our entity, or brings the one that is known to its values. GHL's own upsert is not used: it takes whoever has
 * the same phone or e-mail for the same person, and writes one person's data over another's. A contact that stands in the way is
 * named in the refusal; before one is made once more, GHL is asked for it.
 */
export class ContactWriter implements WriteExecutor {
  readonly resource = 'contacts';
  readonly entityType = 'contact';
  readonly afterUnclear: AfterUnclear = {
    mayHaveHappened: mayHaveWritten,
    look: (write, signal) => this.look(write, signal),
    takeOver: (write, signal) => this.read(write, write.recordId ?? '', signal),
  };

  constructor(private readonly calls: GhlCalls) {}

  async execute(write: ClaimedWrite, signal: AbortSignal): Promise<WriteEnd> {
    const { fields, ghlContactId } = payloadOf(write);
    const request =
      ghlContactId === null ? createRequest(write.connection.accountId, fields) : updateRequest(ghlContactId, fields);
    try {
      return endOf('contacts', await this.ask(write, request, signal));
    } catch (error) {
      throw explained(error);
    }
  }

  /** Only a contact that says all that we have sent is the one we made; another of the same e-mail or phone is somebody else. */
  private async look(write: ClaimedWrite, signal: AbortSignal): Promise<Look> {
    const { fields, ghlContactId } = payloadOf(write);
    if (ghlContactId !== null) return 'not_done';
    const identifiers = [
      ...(fields.email === null ? [] : [{ email: fields.email }]),
      ...(fields.phone === null ? [] : [{ number: fields.phone }]),
    ];
    for (const identifier of identifiers) {
      const query = { locationId: write.connection.accountId, ...identifier };
      const answer = found.safeParse(await this.ask(write, ghlRequest('contacts.find-duplicate', { query }), signal));
      if (!answer.success) throw malformed('contacts');
      if (answer.data.contact === null) continue;
      const end = await this.read(write, answer.data.contact.id, signal);
      if (end.outcome === 'succeeded' && says(end.record?.body ?? {}, present(fields))) return end;
    }
    return identifiers.length === 0 ? 'unclear' : 'not_done';
  }

  private async read(write: ClaimedWrite, contactId: string, signal: AbortSignal): Promise<WriteEnd> {
    return endOf('contacts', await this.ask(write, ghlRequest('contacts.get', { params: { contactId } }), signal));
  }

  private ask(
    { connection, lane, correlationId }: ClaimedWrite,
    request: GhlRequest,
    signal: AbortSignal,
  ): Promise<unknown> {
    const patience = { longestBudgetWaitMs, patienceMs: longestBudgetWaitMs };
    return this.calls.call(request, { connection, lane, correlationId, signal, ...patience });
  }
}

const payloadOf = ({ payload }: ClaimedWrite) => syncMessages.upsertGhlContact.data.parse(payload);

function createRequest(locationId: string, fields: Fields) {
  return ghlRequest('contacts.create', { body: createContactSchema.parse({ ...present(fields), locationId }) });
}

/** GHL refuses a company name in an update. */
function updateRequest(contactId: string, { companyName: _companyName, ...fields }: Fields) {
  return ghlRequest('contacts.update', { params: { contactId }, body: updateContactSchema.parse(present(fields)) });
}

/** What we do not know stays as it is on the other side. */
function present(fields: Partial<Fields>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function explained(error: unknown): unknown {
  if (!isAppError(error)) return error;
  const { kind, code, details } = error;
  const other = duplicateDetails.safeParse(details).data?.duplicate;
  if (other === undefined) return error;
  const message =
    `GoHighLevel already has a contact with this e-mail or phone (${other.id}), and the location allows no duplicates. ` +
    'Say in the matches to review whether both are the same; if not, give one of them another e-mail or phone, or allow duplicates.';
  return new AppError(kind, code, message, { details, cause: error });
}
