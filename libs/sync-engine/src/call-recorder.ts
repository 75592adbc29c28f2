import { newMessage, newOrigin, syncMessages } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import type { CallRecorder, ProviderCallAttempt } from '@firmbridge/provider-client';
import { noteCall } from './call-counter.js';

/** Sends every attempt of a provider call to audit-log by way of the outbox: once written, it is not lost. */
export class OutboxCallRecorder implements CallRecorder {
  constructor(
    private readonly service: string,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: () => Date,
  ) {}

  async record({ tenantId, correlationId, actor, ...attempt }: ProviderCallAttempt): Promise<void> {
    noteCall();
    const origin = newOrigin({ service: this.service, tenantId, now: this.clock(), actor, correlationId });
    const message = newMessage(syncMessages.providerCallAttempted, { service: this.service, ...attempt }, origin);
    await this.database.inTenant(tenantId, (tx) => this.outbox.add(tx, [message]));
  }
}
