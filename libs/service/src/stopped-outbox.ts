import { newMessage, newOrigin, syncMessages } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import type { MessagingLogger, Outbox, StoppedMessage } from '@firmbridge/messaging';

export interface StoppedOutboxOptions {
  readonly service: string;
  readonly database: Database;
  readonly outbox: Outbox;
  readonly clock: () => Date;
  readonly logger: MessagingLogger;
}

/** Many entities of one kind stop together: one problem an hour says it. */
const silenceMs = 3_600_000;

/** Makes a message that no queue wants a problem a person can find, besides the log and the metrics. */
export class StoppedOutbox {
  private readonly toldAt = new Map<string, number>();

  constructor(private readonly options: StoppedOutboxOptions) {}

  tell({ tenantId, messageId, type, orderingKey }: StoppedMessage): void {
    const { service, clock, logger } = this.options;
    const now = clock();
    const key = `${tenantId} ${type}`;
    // A problem that nobody wants cannot be told by another one.
    if (type === syncMessages.problemRaised.type) return;
    if (now.getTime() - (this.toldAt.get(key) ?? -Infinity) < silenceMs) return;
    this.toldAt.set(key, now.getTime());
    const problem = newMessage(
      syncMessages.problemRaised,
      {
        service,
        code: 'outbox.stopped',
        message: `No queue wants ${type}, so it waits, and so does all that follows it for the same thing. The migration of this release declares the missing queue.`,
        provider: null,
        connectionId: null,
        resource: null,
        recordId: null,
        runId: null,
        details: { messageId, orderingKey },
      },
      newOrigin({ service, tenantId, now }),
    );
    this.raise(tenantId, problem).catch((error: unknown) => {
      this.toldAt.delete(key);
      logger.error({ err: error, messageId }, 'a stopped outbox could not be told of');
    });
  }

  private async raise(tenantId: string, problem: ReturnType<typeof newMessage>): Promise<void> {
    const { database, outbox } = this.options;
    await database.inTenant(tenantId, (tx) => outbox.add(tx, [problem]));
  }
}
