import { createHash } from 'node:crypto';
import {
  newMessage,
  operationMessages,
  originFollowing,
  syncMessages,
  systemActor,
  type Message,
  type OutgoingMessage,
} from '@firmbridge/contracts';
import type { Side } from '../../domain/agreement/mappings.js';
import type { StoredAgreement } from '../../persistence/agreement.repository.js';
import { service } from '../page-messages.js';

export interface IntendedChange {
  readonly writeId: string;
  readonly connectionId: string;
  readonly resource: string;
  /** null for a record that is to be made. */
  readonly recordId: string | null;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly etag: string | null;
  /** Of the record as it is known here; null where that does not matter. */
  readonly revision: number | null;
}

/** What agreement asks of the sync services, and tells people. */
export class AgreementMessages {
  constructor(
    private readonly cause: Message,
    private readonly now: Date,
  ) {}

  /** Not in the name of whoever caused it: keeping both sides in step is the platform's own doing. */
  write(side: Side, { writeId, connectionId, resource, recordId, changes, ...known }: IntendedChange): OutgoingMessage {
    const requestHash = createHash('sha256').update(JSON.stringify(changes)).digest('base64url');
    const origin = { ...originFollowing(this.cause, service, this.now), actor: systemActor(service) };
    const request = { operationId: writeId, connectionId, resource, recordId, changes, requestHash };
    const options = { orderingKey: `${this.cause.tenantId}/${connectionId}/${resource}/${recordId ?? writeId}` };
    return side === 'clio'
      ? newMessage(
          operationMessages.clioWriteMessages.writeRecord,
          { ...request, ifMatch: known.etag, answerBy: null },
          origin,
          options,
        )
      : newMessage(
          operationMessages.ghlWriteMessages.writeRecord,
          { ...request, revision: known.revision },
          origin,
          options,
        );
  }

  looping({ clio, ghl, entityType }: StoredAgreement): OutgoingMessage {
    const [provider, resource] = ['clio', null] as const;
    const code = 'mapping.agreement_looping';
    const message =
      'Two records that are kept in step keep changing each other; nothing more is written to either until a person lets them go on.';
    const details = { entityType, ghlConnectionId: ghl.connectionId, ghlRecordId: ghl.recordId };
    const data = { service, code, message, provider, ...clio, resource, runId: null, details };
    return newMessage(syncMessages.problemRaised, data, originFollowing(this.cause, service, this.now));
  }
}
