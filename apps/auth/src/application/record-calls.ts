import type { Database } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import type { CallRecord } from '../outbound/provider-http.js';
import { callMessages, type Conversation } from './conversation.js';

/** Records provider calls that led to no change of ours. */
export class RecordCalls {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: () => Date,
  ) {}

  async execute(calls: readonly CallRecord[], connectionId: string, conversation: Conversation): Promise<void> {
    if (calls.length === 0) return;
    const messages = callMessages(calls, connectionId, conversation, this.clock());
    await this.database.inTenant(conversation.tenantId, (tx) => this.outbox.add(tx, messages));
  }
}
